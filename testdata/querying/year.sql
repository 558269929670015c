-- What a year of weekly deliveries leaves, for the plans in docs/querying.md: 100,000 postings, a fifth of them active, of 33,334 mentions
-- and 10,000 companies. Each week brings 1,923 postings, and each stays for one to twenty weeks.
insert into nayose.mention
select md5('mention ' || i)::uuid, 'partner' || i % 3, '株式会社第' || i % 10000 || '商店', null, '第' || i || '店',
    (array['東京都港区芝', '大阪府大阪市北区梅田', '宮城県仙台市青葉区中央'])[1 + i % 3] || i % 9 || '-' || i % 77,
    '03-' || lpad((i / 10000)::text, 4, '0') || '-' || lpad((i % 10000)::text, 4, '0'), null, null
from generate_series(0, 33333) i;

insert into nayose.match
select 1, md5('mention ' || i)::uuid, outcome,
    case outcome when 'matched' then (9990000000000 + i % 10000)::text end, 0.98, 3, 'model', null,
    case outcome when 'unmatched' then '[]' else jsonb_build_array(jsonb_build_object(
        'company_id', (9990000000000 + i % 10000)::text, 'probability', 0.98,
        'evidence', '[{"bits": 14.3, "level": "same", "comparison": "name"}, {"bits": 4.5, "level": "same city", "comparison": "address"}]'::jsonb))
    end, md5('match ' || i)::uuid
from (select i, (array['matched', 'matched', 'matched', 'review', 'unmatched'])[1 + i % 5] as outcome from generate_series(0, 33333) i) m;

insert into nayose.posting (partner, posting_id, mention_id, content_hash, title, description, occupation, employment_type, salary_unit,
    salary_min, prefecture, city, posted_on, occupation_text)
select 'partner' || i / 3 % 3, 'job-' || i, md5('mention ' || i / 3)::uuid, md5('content ' || i)::uuid, '介護職員 ' || i,
    repeat('利用者様の生活を支えるお仕事です。', 24),
    (array['care', 'medical', 'clerical', 'service', 'sales', 'transport', 'other', 'handling'])[1 + i % 8], 'part_time',
    (array['hour', 'month'])[1 + i % 2], case i % 2 when 0 then 1000 + i % 900 else 180000 + i % 90000 end,
    (array['東京都', '大阪府', '宮城県', '福岡県', '愛知県', '埼玉県', '千葉県', '兵庫県', '静岡県', '広島県'])[1 + i / 7 % 10],
    case i / 7 % 10 when 2 then '仙台市' || (array['青葉区', '泉区', '太白区', '若林区'])[1 + i % 4] else i % 1700 || '市' end,
    date '2026-11-16' - 7 * (51 - i * 52 / 100000), '介護職'
from generate_series(0, 99999) i;

insert into nayose.posting_state
select partner, posting_id, md5('lineage ' || posting_id)::uuid, posted_on, least(gone, date '2026-11-23') - 7,
    case when gone <= date '2026-11-16' then gone end, 1
from (select *, posted_on + 7 * (1 + abs(hashtext(posting_id)) % 20) as gone from nayose.posting) p;

insert into nayose.company (company_id, name, prefecture, address, closed_on, successor_id, process, changed_on)
select (9990000000000 + i)::text, '株式会社第' || i || '商店', '東京都', '東京都港区芝' || i % 9 || '-' || i % 77,
    case when i % 1000 = 0 then date '2026-10-01' end, case when i % 1000 = 0 then (9990000000001 + i)::text end,
    case i % 50 when 0 then '11' else '01' end, date '2016-01-01' + i % 4000
from generate_series(0, 99999) i;

insert into nayose.company_history (company_id, updated_on, seq, changed_on, process, name, address)
select company_id, date '2015-12-01', 0, date '2015-10-05', '01', '有限会社' || company_id, address
from nayose.company where process = '11';

insert into nayose.workplace (workplace_id, company_id, name, address, source)
select md5('workplace ' || i)::uuid, (9990000000000 + i % 10000)::text, '第' || i || '店', '東京都港区芝' || i % 9 || '-' || i % 77, 'offices.csv'
from generate_series(0, 29999) i;
