-- Until the transaction's end: room to join millions of rows in, and no compiling of statements that are run once.
set local work_mem = '128MB';
set local jit = off;
set local statement_timeout = 0
