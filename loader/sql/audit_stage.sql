-- The rejects of the delivery, as its load read them; beside the tables of stage.sql.
create temporary table stage_reject (like nayose.reject) on commit drop;
