-- How the file of an upload was read, so that who sent it sees which column and which values were taken.

alter table uploads add column reading jsonb;
comment on column uploads.reading is 'How the file was read: what separates its cells, and the columns that were taken, each with its number and, of codes, the first value. Null: an upload of an earlier release, or a value of a person who was erased; also once it is forgotten.';

-- The audit log passes it over: a first value may be a code that works.
create or replace trigger audit after insert or update on uploads for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('upload', 'id', '', '{file_name,header}', '{id,file_hash,updated_at,reading}');
