-- A way back for people who forgot their password: a link that an administrator makes and passes on.

create table password_links (
  org_id bigint not null,
  user_id bigint not null,
  token_hash bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint password_links__pkey primary key (org_id, user_id),
  constraint password_links__user_id foreign key (org_id, user_id) references users,
  constraint password_links__token_hash unique (org_id, token_hash)
);
comment on table password_links is 'Links with which a person chooses a new password without knowing the current one. One per person; it is deleted when it is used.';
comment on column password_links.org_id is 'The organisation.';
comment on column password_links.user_id is 'Whose password it changes.';
comment on column password_links.token_hash is 'SHA-256 of the secret in the link.';
comment on column password_links.created_at is 'When an administrator made it.';
comment on column password_links.expires_at is 'It is refused from then on.';

create trigger audit after insert on password_links for each row
  execute function audit_row('user.password-link', 'user_id', '', '{token_hash}', '{user_id,created_at}');
-- Not of the sweep that deletes expired ones.
create trigger audit_deletion after delete on password_links for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('user.password-link', 'user_id', '', '{token_hash}', '{user_id,created_at}');

-- Apart from tills, clients and users: writing it neither locks nor rewrites rows that every sign-in reads, and it is no
-- change of what an organisation is made of.
create table last_uses (
  org_id bigint not null,
  kind text not null,
  holder_id bigint not null,
  used_at timestamptz not null,
  constraint last_uses__pkey primary key (org_id, kind, holder_id),
  constraint last_uses__org_id foreign key (org_id) references organisations,
  constraint last_uses__kind check (kind in ('till', 'client', 'user'))
) with (fillfactor = 70);
comment on table last_uses is 'When tills, clients and people last used the server. Servers write it once a minute, so it may be a minute late; a killed server loses its last minute.';
comment on column last_uses.org_id is 'The organisation.';
comment on column last_uses.kind is 'till, client or user.';
comment on column last_uses.holder_id is 'tills.id, clients.id or users.id.';
comment on column last_uses.used_at is 'When the server last answered a request with their credentials.';

-- What is known from before: people by their sessions.
insert into last_uses (org_id, kind, holder_id, used_at)
select org_id, 'user', user_id, max(last_seen_at) from user_sessions group by org_id, user_id;
