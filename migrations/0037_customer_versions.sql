-- Customers have a version like everything that people change, so that a change made on an outdated page is refused.

alter table customers add column version integer not null default 1;
comment on column customers.version is 'Counts the changes of the row; identifiers have rows of their own.';
create trigger customers__version before update on customers for each row
  when (old.* is distinct from new.*) execute function count_version();

-- People on the phone read out the last digits of a number.
create index customer_identifiers__mobile_ending on customer_identifiers (org_id, lower(reverse(value)) text_pattern_ops)
  where type = 'mobile';
