-- A request may name several customers, each for an item of its own: erasing one of them must find its answer.

alter table idempotency_keys add column other_customer_ids bigint[];
create index idempotency_keys__other_customer_ids on idempotency_keys using gin (other_customer_ids)
  where other_customer_ids is not null;
comment on column idempotency_keys.other_customer_ids is 'Whom else the request or the answer tells of; null: nobody.';
