-- What is stored under an Idempotency-Key is the outcome of the request, which whatever process comes next presents, and no
-- longer the text of an answer. Processes of the release before go on reading and writing http_status and body.

alter table idempotency_keys add column outcome json, add column presentation json;
comment on table idempotency_keys is 'The first outcome of a request that carried an Idempotency-Key, written in the transaction of its effect.';
comment on column idempotency_keys.outcome is 'What the request came to, as the operation of the route defines it; null: the release before executed it, or a customer that it told of is erased. json and not jsonb: the order of keys stays, and nobody looks inside.';
comment on column idempotency_keys.presentation is 'What the endpoint presents the outcome with and could not find out again, such as items that could not be read; null: nothing.';
comment on column idempotency_keys.http_status is 'Status of the answer in body.';
comment on column idempotency_keys.body is 'With an outcome: what processes of the release before answer. Without: the answer of the release before, byte by byte. Empty: a customer that it told of is erased, and so is the outcome; the key stays taken.';

create function idempotency_keys_erase() returns trigger language plpgsql as $$
begin
  new.outcome := null;
  new.presentation := null;
  return new;
end $$;
comment on function idempotency_keys_erase() is 'Erases outcome and presentation with the body: a process of the release before, which erases a customer, knows the body alone.';
create trigger idempotency_keys__erased before update on idempotency_keys for each row when (new.body = '')
  execute function idempotency_keys_erase();
