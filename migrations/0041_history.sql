-- The history of a coupon or a customer, and what people note about a customer.

-- Extensions are rare and stand only in the log of events.
create index events__expiry_changed on events (org_id, coupon_id) where kind = 'expiry-changed';

create table customer_notes (
  org_id bigint not null,
  id bigint generated always as identity,
  customer_id bigint not null,
  text text not null,
  author_kind text not null,
  author_id bigint not null,
  created_at timestamptz not null,
  constraint customer_notes__pkey primary key (org_id, id),
  constraint customer_notes__customer_id foreign key (org_id, customer_id) references customers (org_id, id) on delete cascade,
  constraint customer_notes__text_length check (length(text) between 1 and 2000),
  constraint customer_notes__author_kind check (author_kind in ('user', 'client'))
);
create index customer_notes__customer_id on customer_notes (org_id, customer_id, id);
comment on table customer_notes is 'What people note about a customer. Never changed; deleted when the customer is erased.';
comment on column customer_notes.org_id is 'The organisation.';
comment on column customer_notes.id is 'Identity within the organisation, ascending.';
comment on column customer_notes.customer_id is 'The customer that it is about.';
comment on column customer_notes.text is 'As entered, 1 to 2000 characters.';
comment on column customer_notes.author_kind is 'user or client.';
comment on column customer_notes.author_id is 'users.id or clients.id.';
comment on column customer_notes.created_at is 'When it was added, by the clock of the organisation.';

create trigger audit after insert on customer_notes for each row
  when (current_setting('counterfoil.author', true) <> '')
  execute function audit_row('customer.note', 'customer_id', 'customer_id', '{text}', '{id,author_kind,author_id,created_at}');
