// Usage: node scripts/duckdb.mjs DIRECTORY PAGE CHECKS, in the repository's root.
//
// Runs the page's queries for DuckDB, each of which must find something, and the checks, none of which may, on the outcome log in
// DIRECTORY/store and the views that are CSVs beside it. The page's table for Athena must have the columns that DuckDB finds.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [dir, page, checks] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(new URL('../var/duckdb/', import.meta.url))('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:')).connect();
const rows = async (sql) => (await db.runAndReadAll(sql)).getRowsJson();

let failed = 0;
function wrong(what, details) {
  failed++;
  console.log(`FAIL  ${what}\n${details}`);
}

const fenced = (kind) => [...readFileSync(page, 'utf8').matchAll(new RegExp('```' + kind + '\n(.*?)```', 'gs'))].map((m) => m[1]);
const here = (sql) => sql.replaceAll('s3://BUCKET/PREFIX', `${dir}/store`).replaceAll('postings.csv', `${dir}/postings.csv`);
for (const sql of fenced('duckdb')) {
  try {
    const found = await rows(here(sql));
    if (!/^create /m.test(sql) && found.length === 0) wrong('a query of the page finds nothing', sql);
  } catch (err) {
    wrong('a query of the page', `${sql}${err.message}`);
  }
}

for (const view of ['postings', 'deliveries']) {
  await db.run(`create table ${view} as select * from read_csv('${dir}/${view}.csv', all_varchar = true)`);
}
let passed = 0;
for (const check of readFileSync(checks, 'utf8').split(/^(?=-- )/m).filter((c) => c.includes(';'))) {
  const found = await rows(check.replaceAll('STORE', `${dir}/store`));
  if (/^create /m.test(check)) continue;
  if (found.length > 0) wrong(check.trim(), found.slice(0, 5).map((r) => JSON.stringify(r)).join('\n'));
  else passed++;
}

// Athena's types as DuckDB writes them: array<struct<a:string>> is STRUCT(a VARCHAR)[].
function athena(type) {
  const inner = type.slice(type.indexOf('<') + 1, -1);
  if (type.startsWith('array<')) return `${athena(inner)}[]`;
  if (!type.startsWith('struct<')) return { string: 'VARCHAR', double: 'DOUBLE', int: 'INTEGER' }[type] ?? type;
  const fields = [];
  for (let depth = 0, from = 0, i = 0; i <= inner.length; i++) {
    if (inner[i] === '<') depth++;
    if (inner[i] === '>') depth--;
    if (i === inner.length || (inner[i] === ',' && depth === 0)) {
      const [name, ...rest] = inner.slice(from, i).split(':');
      fields.push(`${name} ${athena(rest.join(':'))}`);
      from = i + 1;
    }
  }
  return `STRUCT(${fields.join(', ')})`;
}
const table = fenced('athena').find((sql) => sql.startsWith('create external table'));
const columns = table.match(/\(\n(.*?)\n\)\npartitioned/s)[1].split(/,\n/).map((line) => line.replace(/\s+/, ' ').trim().split(' '));
const told = columns.map(([name, type]) => `${name} ${athena(type)}`).join('\n');
const described = (await rows(`describe select * exclude (week, partner, plan) from outcomes`)).map(([name, type]) => `${name} ${type.replaceAll('"', '')}`).join('\n');
if (told !== described) wrong(`the columns of the table for Athena`, `${told}\nand DuckDB finds\n${described}`);

console.log(failed ? `duckdb-test: ${failed} things are wrong` : `duckdb-test: ${passed} checks and the queries of ${page} on ${(await rows('select count(*) from log'))[0][0]} rows`);
process.exit(failed ? 1 : 0);
