-- The same number from an id's bytes in place of its text: half the time, of which a load spends some on each row.

-- +goose Up
create or replace function nayose.id_word(id uuid) returns bigint language sql immutable parallel safe
    return ('x' || encode(substr(uuid_send(id), 1, 8), 'hex'))::bit(64)::bigint;
