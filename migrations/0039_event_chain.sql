-- The chain of an organisation's events, which shows afterwards whether the log was changed. A background worker of the servers
-- appends to it: writers of events know nothing of it, and processes of the release before write events as they did.

create table event_chains (
  org_id bigint not null,
  id uuid not null default gen_random_uuid(),
  began_at timestamptz not null default now(),
  length bigint not null default 0,
  last_event_id bigint not null default 0,
  hash bytea not null,
  constraint event_chains__pkey primary key (org_id),
  constraint event_chains__org_id foreign key (org_id) references organisations,
  constraint event_chains__length check (length >= 0),
  constraint event_chains__hash check (octet_length(hash) = 32)
);
comment on table event_chains is 'The chain of the events of an organisation, and where it ends.';
comment on column event_chains.org_id is 'The organisation.';
comment on column event_chains.id is 'Tells this chain from an earlier one: a sandbox that is emptied begins a new one.';
comment on column event_chains.began_at is 'When it was begun.';
comment on column event_chains.length is 'Number of linked events.';
comment on column event_chains.last_event_id is 'The last linked event; 0: none.';
comment on column event_chains.hash is 'The hash of the last link; of an empty chain, the SHA-256 of its name, organisation and id.';

create table event_links (
  org_id bigint not null,
  position bigint not null,
  event_id bigint not null,
  hash bytea not null,
  constraint event_links__pkey primary key (org_id, position),
  constraint event_links__org_id foreign key (org_id) references event_chains,
  constraint event_links__position check (position > 0),
  constraint event_links__hash check (octet_length(hash) = 32)
);
comment on table event_links is 'The links of the chain: one per event, in the order of the final log.';
comment on column event_links.org_id is 'The organisation.';
comment on column event_links.position is 'From 1 without gaps.';
comment on column event_links.event_id is 'The event, which ascends with the position. No foreign key: a link outlives an event that somebody removes, and shows that it is missing.';
comment on column event_links.hash is 'SHA-256 of the line of the event, which begins with the hash of the link before.';

create table checkpoint_keys (
  org_id bigint not null,
  id text not null,
  kept text not null,
  created_at timestamptz not null default now(),
  constraint checkpoint_keys__pkey primary key (org_id, id),
  constraint checkpoint_keys__org_id foreign key (org_id) references organisations,
  constraint checkpoint_keys__kept check (kept like 'sealed:%')
);
comment on table checkpoint_keys is 'Keys that sign checkpoints of the chain (Ed25519), encrypted with a key of SECRET_KEYS: the newest signs.';
comment on column checkpoint_keys.org_id is 'The organisation.';
comment on column checkpoint_keys.id is 'The first 16 hexadecimal digits of the SHA-256 of the public key.';
comment on column checkpoint_keys.kept is 'The private key (PKCS #8) in base64, encrypted: sealed:NAME:BASE64, where NAME names the key of SECRET_KEYS.';
comment on column checkpoint_keys.created_at is 'When it was made.';

create function event_hash(previous bytea, line_rest text) returns bytea
  language sql immutable parallel safe
  return sha256(convert_to('{"previous":"' || encode(previous, 'hex') || '",' || line_rest, 'UTF8'));
comment on function event_hash(bytea, text) is 'The hash of a link: SHA-256 of the line of its event in UTF-8, of which the text states all but the hash of the link before.';

create function next_event_hash(state bytea, first bytea, line_rest text) returns bytea
  language plpgsql immutable parallel safe as $$
begin
  return sha256(convert_to('{"previous":"' || encode(coalesce(state, first), 'hex') || '",' || line_rest, 'UTF8'));
end $$;
comment on function next_event_hash(bytea, bytea, text) is 'The step of event_hashes. As plpgsql it costs less than half of the same in SQL, which is not inlined into an aggregate.';

create aggregate event_hashes(first bytea, line_rest text) (sfunc = next_event_hash, stype = bytea);
comment on aggregate event_hashes(bytea, text) is 'As a window in the order of positions: the hash of each link, each from the one before; the first of them from the hash that is given.';
