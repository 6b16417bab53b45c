create table noticed_proxies (
  address text not null,
  noticed_at timestamptz not null,
  constraint noticed_proxies__pkey primary key (address)
);
comment on table noticed_proxies is 'Addresses that hand on requests of others and are not listed in TRUSTED_PROXIES, so that all these callers count as one; for doctor. A server writes each once, 20 rows at the most. Of no organisation: it is about the network.';
comment on column noticed_proxies.address is 'Where the requests come from.';
comment on column noticed_proxies.noticed_at is 'When a server has noticed it last. Deleted 30 days later.';
