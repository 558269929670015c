-- One row a company of which the file may say something that is not known yet: what there is to be done about it, and those of
-- its columns that do not come from the file alone.
--
-- An empty reading in the file means that the registry has none: then that of a company file stays, as long as the name does. A layout
-- without readings means nothing.
create temporary table news on commit drop as
select company_id, new, late, differs, several, takeover, name_kana, kana_filled, name_english, english_filled, unlisted, whole_on
from (
    select
        s.company_id,
        c.company_id is null and s.latest as new,
        coalesce(s.updated_on < c.registry_on, false) or not s.latest as late,
        c.company_id is not null and c.registry_on is null as takeover,
        s.several,
        k.*,
        row(
            c.name, c.name_kana, c.kana_filled, c.name_english, c.english_filled, c.kind, c.prefecture, c.city, c.address, c.postal_code,
            c.closed_on, c.closed_for, c.successor_id, c.cause, c.assigned_on, c.changed_on, c.process, c.unlisted, c.registry_on, c.whole_on
        ) is distinct from row(
            s.name, k.name_kana, k.kana_filled, k.name_english, k.english_filled, s.kind, s.prefecture, s.city, s.address, s.postal_code,
            s.closed_on, s.closed_for, s.successor_id, s.cause, s.assigned_on, s.changed_on, s.process, k.unlisted, s.updated_on, k.whole_on
        ) as differs
    from pg_temp.stage_registry s
    left join nayose.company c on c.company_id = s.company_id
    cross join lateral (
        select
            case
                when s.name_kana <> '' then s.name_kana
                when s.name = c.name and (s.name_kana is null or c.kana_filled or c.registry_on is null) then c.name_kana
            end as name_kana,
            coalesce(s.name_kana, '') = '' and s.name = c.name and c.name_kana is not null
                and (c.kana_filled or c.registry_on is null) as kana_filled,
            case
                when s.name_english <> '' then s.name_english
                when s.name = c.name and (s.name_english is null or c.english_filled or c.registry_on is null) then c.name_english
            end as name_english,
            coalesce(s.name_english, '') = '' and s.name = c.name and c.name_english is not null
                and (c.english_filled or c.registry_on is null) as english_filled,
            coalesce(s.unlisted, c.unlisted, false) as unlisted,
            greatest(c.whole_on, case when s.whole then s.updated_on end) as whole_on
    ) k
    where s.last
) n
where new or differs or several
