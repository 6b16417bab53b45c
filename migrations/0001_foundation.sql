-- Who uses the ledger: organisations, their places, their machines and their customers.
-- Every primary key begins with org_id and every reference carries it: that is the tenant boundary.

create sequence organisations_id_seq as bigint;
create sequence stores_id_seq as bigint;
create sequence tills_id_seq as bigint;
create sequence clients_id_seq as bigint;
create sequence access_groups_id_seq as bigint;
create sequence customers_id_seq as bigint;

create table organisations (
  org_id bigint not null default nextval('organisations_id_seq'),
  name text not null,
  time_zone text not null,
  country text not null,
  currency text,
  requires_transaction_number boolean not null default false,
  created_at timestamptz not null default now(),
  constraint organisations__pkey primary key (org_id),
  constraint organisations__name unique (name),
  constraint organisations__name_length check (length(name) between 1 and 200),
  constraint organisations__country_iso check (country ~ '^[A-Z]{2}$'),
  constraint organisations__currency_iso check (currency ~ '^[A-Z]{3}$')
);
comment on table organisations is 'A retail brand. Nothing of one organisation is visible to another.';
comment on column organisations.org_id is 'Identity; begins every other primary key.';
comment on column organisations.name is 'What people call it; unique, because the command line accepts it in place of the id.';
comment on column organisations.time_zone is 'IANA name. Instants are printed in it and the end of a day is taken in it.';
comment on column organisations.country is 'ISO 3166 alpha-2. Mobile numbers without a country code are read as numbers of it.';
comment on column organisations.currency is 'ISO 4217; null: not stated.';
comment on column organisations.requires_transaction_number is 'True: a redemption without a transaction number is refused (718).';
comment on column organisations.created_at is 'When it was created.';

create table stores (
  org_id bigint not null,
  id bigint not null default nextval('stores_id_seq'),
  code text not null,
  name text not null,
  external_id text,
  external_id_1 text,
  external_id_2 text,
  created_at timestamptz not null default now(),
  constraint stores__pkey primary key (org_id, id),
  constraint stores__org_id foreign key (org_id) references organisations,
  constraint stores__code unique (org_id, code),
  constraint stores__code_length check (length(code) between 1 and 200),
  constraint stores__name_length check (length(name) between 1 and 200)
);
create index stores__name on stores (org_id, name);
create unique index stores__external_id on stores (org_id, external_id) where external_id is not null;
create unique index stores__external_id_1 on stores (org_id, external_id_1) where external_id_1 is not null;
create unique index stores__external_id_2 on stores (org_id, external_id_2) where external_id_2 is not null;
comment on table stores is 'A place where coupons are issued and redeemed.';
comment on column stores.org_id is 'The organisation.';
comment on column stores.id is 'Identity within the organisation.';
comment on column stores.code is 'What integrations call it; compared exactly.';
comment on column stores.name is 'What people call it.';
comment on column stores.external_id is 'Identity in another system, for attribution.';
comment on column stores.external_id_1 is 'A second identity in another system.';
comment on column stores.external_id_2 is 'A third identity in another system.';
comment on column stores.created_at is 'When it was created.';

create table access_groups (
  org_id bigint not null,
  id bigint not null default nextval('access_groups_id_seq'),
  name text not null,
  customer_access text not null,
  coupon_access text not null,
  series_access text not null,
  organisation_access text not null,
  webhook_access text not null,
  created_at timestamptz not null default now(),
  constraint access_groups__pkey primary key (org_id, id),
  constraint access_groups__org_id foreign key (org_id) references organisations,
  constraint access_groups__name unique (org_id, name),
  constraint access_groups__access check (
    customer_access in ('none', 'read', 'write') and coupon_access in ('none', 'read', 'write')
    and series_access in ('none', 'read', 'write') and organisation_access in ('none', 'read', 'write')
    and webhook_access in ('none', 'read', 'write'))
);
comment on table access_groups is 'What a till or client may do: none, read or write per resource.';
comment on column access_groups.org_id is 'The organisation.';
comment on column access_groups.id is 'Identity within the organisation.';
comment on column access_groups.name is 'Unique in the organisation; "default" and "read-only" are made with it.';
comment on column access_groups.customer_access is 'Customers and their identifiers: none, read or write.';
comment on column access_groups.coupon_access is 'Coupons, redemptions, reversals: none, read or write.';
comment on column access_groups.series_access is 'Coupon series: none, read or write.';
comment on column access_groups.organisation_access is 'Stores, tills, settings: none, read or write.';
comment on column access_groups.webhook_access is 'Webhook subscriptions: none, read or write.';
comment on column access_groups.created_at is 'When it was created.';

create table tills (
  org_id bigint not null,
  id bigint not null default nextval('tills_id_seq'),
  store_id bigint not null,
  access_group_id bigint not null,
  code text not null,
  password_hash text not null,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint tills__pkey primary key (org_id, id),
  constraint tills__store_id foreign key (org_id, store_id) references stores,
  constraint tills__access_group_id foreign key (org_id, access_group_id) references access_groups,
  constraint tills__code unique (org_id, code),
  constraint tills__code_length check (length(code) between 1 and 200)
);
create index tills__store_id on tills (org_id, store_id);
create index tills__access_group_id on tills (org_id, access_group_id);
comment on table tills is 'A till: signs in with its code and a password, and acts for its store.';
comment on column tills.org_id is 'The organisation.';
comment on column tills.id is 'Identity within the organisation.';
comment on column tills.store_id is 'The store it stands in.';
comment on column tills.access_group_id is 'What it may do.';
comment on column tills.code is 'Its user name; compared exactly, unique across organisations through logins.';
comment on column tills.password_hash is 'Argon2id of the lower-case hexadecimal MD5 of the password, which is what a till sends.';
comment on column tills.revoked_at is 'From then on it may not sign in; null: it may.';
comment on column tills.created_at is 'When it was created.';

create table clients (
  org_id bigint not null,
  id bigint not null default nextval('clients_id_seq'),
  till_id bigint not null,
  access_group_id bigint not null,
  name text not null,
  key text not null,
  secret_hash bytea not null,
  token_ttl_s integer not null default 3600,
  revoked_at timestamptz,
  created_at timestamptz not null default now(),
  constraint clients__pkey primary key (org_id, id),
  constraint clients__till_id foreign key (org_id, till_id) references tills,
  constraint clients__access_group_id foreign key (org_id, access_group_id) references access_groups,
  constraint clients__name unique (org_id, name),
  constraint clients__key unique (org_id, key),
  constraint clients__token_ttl_s_range check (token_ttl_s between 60 and 3600)
);
create index clients__till_id on clients (org_id, till_id);
create index clients__access_group_id on clients (org_id, access_group_id);
comment on table clients is 'An OAuth client: exchanges key and secret for a short-lived access token.';
comment on column clients.org_id is 'The organisation.';
comment on column clients.id is 'Identity within the organisation.';
comment on column clients.till_id is 'The till it acts as unless a request attributes itself elsewhere.';
comment on column clients.access_group_id is 'What it may do.';
comment on column clients.name is 'What people call it; unique in the organisation.';
comment on column clients.key is 'Public half of the credential; unique across organisations through logins.';
comment on column clients.secret_hash is 'SHA-256 of the secret, which is generated and shown once.';
comment on column clients.token_ttl_s is 'Life of its access tokens in seconds, at most an hour.';
comment on column clients.revoked_at is 'From then on neither it nor its tokens are accepted; null: they are.';
comment on column clients.created_at is 'When it was created.';

create table logins (
  login text not null,
  kind text not null,
  org_id bigint not null,
  holder_id bigint not null,
  constraint logins__pkey primary key (kind, login),
  constraint logins__org_id foreign key (org_id) references organisations,
  constraint logins__kind check (kind in ('till', 'client'))
);
create index logins__org_id on logins (org_id, kind, holder_id);
comment on table logins is 'Which organisation a user name or client key belongs to: the only look-up that starts without an organisation.';
comment on column logins.login is 'Till code or client key; unique per kind across organisations.';
comment on column logins.kind is 'till or client.';
comment on column logins.org_id is 'The organisation it leads to.';
comment on column logins.holder_id is 'tills.id or clients.id in that organisation.';

create table token_keys (
  kid text not null,
  secret bytea not null,
  created_at timestamptz not null default now(),
  constraint token_keys__pkey primary key (kid)
);
comment on table token_keys is 'Keys that sign access tokens; made daily and deleted when the last token signed with them has expired.';
comment on column token_keys.kid is 'Name of the key, carried in a token''s header.';
comment on column token_keys.secret is '32 random bytes for HMAC-SHA-256.';
comment on column token_keys.created_at is 'When it was made.';

create table customers (
  org_id bigint not null,
  id bigint not null default nextval('customers_id_seq'),
  first_name text not null default '',
  last_name text not null default '',
  blocked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint customers__pkey primary key (org_id, id),
  constraint customers__org_id foreign key (org_id) references organisations
);
comment on table customers is 'A person who can hold coupons.';
comment on column customers.org_id is 'The organisation.';
comment on column customers.id is 'Identity within the organisation.';
comment on column customers.first_name is 'As registered; may be empty.';
comment on column customers.last_name is 'As registered; may be empty.';
comment on column customers.blocked_at is 'From then on issue and redemption are refused (742); null: not blocked.';
comment on column customers.created_at is 'When registered here.';
comment on column customers.updated_at is 'When the profile last changed.';

create table customer_identifiers (
  org_id bigint not null,
  type text not null,
  value text not null,
  customer_id bigint not null,
  shown text not null,
  created_at timestamptz not null default now(),
  constraint customer_identifiers__pkey primary key (org_id, type, value) include (customer_id),
  constraint customer_identifiers__customer_id foreign key (org_id, customer_id) references customers,
  constraint customer_identifiers__type check (type in ('mobile', 'email', 'externalId')),
  constraint customer_identifiers__value_length check (length(value) between 1 and 320)
);
create index customer_identifiers__customer_id on customer_identifiers (org_id, customer_id, type) include (shown);
comment on table customer_identifiers is 'What leads to a customer. One identifier leads to one customer.';
comment on column customer_identifiers.org_id is 'The organisation.';
comment on column customer_identifiers.type is 'mobile, email or externalId.';
comment on column customer_identifiers.value is 'Normalised: a mobile as digits with country code, an e-mail in lower case, an external id as it is.';
comment on column customer_identifiers.customer_id is 'Whom it leads to.';
comment on column customer_identifiers.shown is 'As it is printed: an e-mail keeps its capitals.';
comment on column customer_identifiers.created_at is 'When it was added.';
