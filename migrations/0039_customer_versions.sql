-- Customers have a version like everything that people change, so that a change made on an outdated page is refused.

alter table customers add column version integer not null default 1;
comment on column customers.version is 'Counts the changes of the row; identifiers have rows of their own.';
create trigger customers__version before update on customers for each row
  when (old.* is distinct from new.*) execute function count_version();
