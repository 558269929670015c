-- Until the transaction's end: room to join millions of rows in, by their indexes rather than by hashing them to disk, and no
-- compiling of statements that are run once.
set local work_mem = '128MB';
set local jit = off;
set local random_page_cost = 1.1;
set local statement_timeout = 0
