analyze pg_temp.news
