-- Keys of access tokens that are encrypted with a key outside the database. A table of their own, because processes of the
-- release before take what stands in token_keys for the key itself: they never see these.
create table sealed_token_keys (
  kid text not null,
  kept text not null,
  created_at timestamptz not null default now(),
  constraint sealed_token_keys__pkey primary key (kid),
  constraint sealed_token_keys__kept check (kept like 'sealed:%')
);
comment on table sealed_token_keys is 'Keys that sign access tokens, encrypted with a key of SECRET_KEYS. Of no organisation: which one a token belongs to is read from the token. Deleted when the last token signed with them has expired.';
comment on column sealed_token_keys.kid is 'Name of the key, carried in a token''s header.';
comment on column sealed_token_keys.kept is '32 random bytes for HMAC-SHA-256, encrypted: sealed:NAME:BASE64, where NAME names the key of SECRET_KEYS.';
comment on column sealed_token_keys.created_at is 'When it was made.';

comment on table token_keys is 'Keys that sign access tokens, readable: while no key of SECRET_KEYS is known to all servers. Moved to sealed_token_keys when one is.';

-- A secret that a server encrypts is still the same secret: nobody has changed the webhook.
create or replace trigger audit_change after update of name, url, kinds, state, secret, headers, max_connections, identifiers
  on webhooks for each row
  when (new.state <> 'stopped' and coalesce(current_setting('counterfoil.sealing', true), '') <> '1')
  execute function audit_row('webhook', 'id', '', '{secret,former_secret,headers}',
    '{id,stopped_because,read_up_to_id,replay_after_id,replay_up_to_id,replay_since,failures,failing_since,held_until,updated_at}');
