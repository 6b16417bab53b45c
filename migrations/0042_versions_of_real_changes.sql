-- A repeated edit that changes nothing keeps the version, as it does for every other row that people edit: the retry of an
-- edit whose answer was lost is then accepted. A store that moves sets updated_at, and so counts.
drop trigger series__version on series;
create trigger series__version before update on series for each row
  when (old.* is distinct from new.*) execute function series_count_version();
