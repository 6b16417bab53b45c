-- An organisation is deleted with its audit log, which does not record that deletion: it would refer to an organisation that
-- is gone. Nothing else deletes from the log.

create or replace function audit_log_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('counterfoil.erasing', true) = '1'
    and new.reason is null and to_jsonb(new) - 'reason' = to_jsonb(old) - 'reason' then
    return new;
  end if;
  if tg_op = 'DELETE' and current_setting('counterfoil.deleting_organisation', true) = old.org_id::text then
    return old;
  end if;
  raise exception 'the audit log is not changed' using errcode = 'insufficient_privilege';
end $$;
comment on function audit_log_refuse() is 'Lets nothing of the audit log be changed or deleted but the reasons of an erased customer, and the log of an organisation that is deleted as a whole.';

create or replace function audit_write(org_id bigint, action text, subject_id bigint, customer_ids bigint[], before jsonb, after jsonb)
returns void language plpgsql as $$
declare
  author jsonb := coalesce(nullif(current_setting('counterfoil.author', true), ''), '{"kind": "command-line"}')::jsonb;
  reason text := author ->> 'reason';
begin
  if current_setting('counterfoil.deleting_organisation', true) = audit_write.org_id::text then
    return;
  end if;
  if reason is not null and customer_ids is not null then
    -- Waits for an erasure that is under way, and sees then that it has taken place.
    perform from customers c where c.org_id = audit_write.org_id and c.id = any(audit_write.customer_ids)
      order by c.id for key share;
    if exists (select from customers c where c.org_id = audit_write.org_id and c.id = any(audit_write.customer_ids)
      and c.erased_at is not null)
    then
      reason := null;
    end if;
  end if;
  insert into audit_log (org_id, actor_kind, actor_id, action, subject_kind, subject_id, customer_ids, before, after,
    reason, address, request_id)
  values (org_id, author ->> 'kind', (author ->> 'id')::bigint, action, split_part(action, '.', 1), subject_id,
    customer_ids, before, after, reason, author ->> 'address', author ->> 'requestId');
end $$;
comment on function audit_write is 'Writes one row of the audit log in the name of the author of the transaction, unless the organisation is being deleted.';
