-- Delivery of events: who is told of what (webhooks), what is on its way (messages), and every try (attempts).

-- Not validated: the rows that are there keep the narrower rules that they were written under, and reading them all would
-- keep tills waiting.
alter table events
  add column request_id text,
  alter column coupon_id drop not null,
  drop constraint events__kind,
  add constraint events__kind check (kind in (
    'issued', 'redeemed', 'reversed', 'revoked', 'expiry-changed', 'expiring-soon', 'limit-near', 'test')) not valid,
  add constraint events__coupon_id check ((coupon_id is null) = (kind in ('limit-near', 'test'))) not valid;
comment on column events.request_id is 'The X-Request-Id under which it was done; null: no request did it, or it was before this was kept.';
comment on column events.kind is 'issued, redeemed, reversed, revoked, expiry-changed, expiring-soon, limit-near or test.';
comment on column events.coupon_id is 'The coupon; null where the event is about a series or about nothing (limit-near, test).';
comment on table events is 'What happened, one row per coupon, written in the transaction of the effect that it tells.';

-- Each is told once: that a coupon expires at an instant, that a limit of a series is near. Rows of other kinds, which
-- the tills write, are in neither.
create unique index events__expiring_soon on events (org_id, coupon_id, (details ->> 'validUntil'))
  where kind = 'expiring-soon';
create unique index events__limit_near on events (org_id, (details ->> 'seriesId'), (details ->> 'limit'), (details ->> 'max'))
  where kind = 'limit-near';

create sequence webhooks_id_seq as bigint;

create table webhooks (
  org_id bigint not null,
  id bigint not null default nextval('webhooks_id_seq'),
  name text not null,
  url text not null,
  kinds text[] not null,
  state text not null default 'active',
  stopped_because text,
  secret text not null,
  former_secret text,
  former_secret_until timestamptz,
  headers text not null,
  max_connections integer not null,
  sla_s integer not null,
  identifiers text[] not null default '{}',
  read_up_to_id bigint not null,
  replay_after_id bigint,
  replay_up_to_id bigint,
  replay_since timestamptz,
  failures integer not null default 0,
  failing_since timestamptz,
  held_until timestamptz,
  created_till_id bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint webhooks__pkey primary key (org_id, id),
  constraint webhooks__org_id foreign key (org_id) references organisations,
  constraint webhooks__name_length check (length(name) between 1 and 200),
  constraint webhooks__state check (state in ('active', 'paused', 'stopped', 'deleted')),
  constraint webhooks__stopped_because check ((stopped_because is not null) = (state = 'stopped')),
  constraint webhooks__kinds check (cardinality(kinds) > 0),
  constraint webhooks__max_connections check (max_connections between 1 and 100),
  constraint webhooks__former_secret check ((former_secret is null) = (former_secret_until is null)),
  constraint webhooks__replay check ((replay_after_id is null) = (replay_up_to_id is null)),
  constraint webhooks__failing_since check ((failing_since is null) = (failures = 0))
) with (fillfactor = 50);
create unique index webhooks__name on webhooks (org_id, name) where state <> 'deleted';
comment on table webhooks is 'Receivers that are told of events.';
comment on column webhooks.org_id is 'The organisation.';
comment on column webhooks.id is 'Identity within the organisation.';
comment on column webhooks.name is 'What people call it; unique among those that are not deleted.';
comment on column webhooks.url is 'Where messages are sent by POST.';
comment on column webhooks.kinds is 'Kinds of events that it is told of.';
comment on column webhooks.state is 'active; paused by hand; stopped by its receiver (410) or after failing too long; deleted, until its messages are.';
comment on column webhooks.stopped_because is 'Why it was stopped: gone or failing.';
comment on column webhooks.secret is 'What messages are signed with, whsec_…; encrypted when the server has a key for it.';
comment on column webhooks.former_secret is 'The one before, which signs too until former_secret_until.';
comment on column webhooks.former_secret_until is 'Until when the former secret signs.';
comment on column webhooks.headers is 'Further headers to send, a JSON object of texts; encrypted like the secret, since they may hold one.';
comment on column webhooks.max_connections is 'Messages that one server process has under way at once.';
comment on column webhooks.sla_s is 'slaInSeconds as the caller stated it; it decides nothing.';
comment on column webhooks.identifiers is 'Identifiers of the customer that messages tell: mobile, email, externalId.';
comment on column webhooks.read_up_to_id is 'Every event up to this id is final, and there is a message for each that is wanted.';
comment on column webhooks.replay_after_id is 'Events after this id are still to be sent again; null: no replay is under way.';
comment on column webhooks.replay_up_to_id is 'The last event of the replay.';
comment on column webhooks.replay_since is 'Events before this instant are not sent again; null: no such limit.';
comment on column webhooks.failures is 'Attempts that have failed since the last success.';
comment on column webhooks.failing_since is 'When the first of them failed; null: none has.';
comment on column webhooks.held_until is 'No message is sent before: the receiver asked for it, or keeps failing.';
comment on column webhooks.created_till_id is 'Which till created it; null: none.';
comment on column webhooks.created_at is 'When it was created.';
comment on column webhooks.updated_at is 'When a caller changed it last.';

-- Ids only: what a message says is read when it is sent, so that nothing of a person is kept here. No foreign keys:
-- the check would cost every row, and rows outlive a deleted webhook for as long as it takes to delete them.
create table webhook_messages (
  org_id bigint not null,
  webhook_id bigint not null,
  event_id bigint not null,
  coupon_id bigint,
  request_id text,
  occurred_at timestamptz not null,
  state text not null default 'open',
  due_at timestamptz not null default now(),
  leased_until timestamptz,
  attempts integer not null default 0,
  failures integer not null default 0,
  first_tried_at timestamptz,
  delivered_at timestamptz,
  created_at timestamptz not null default now(),
  constraint webhook_messages__pkey primary key (org_id, webhook_id, event_id),
  constraint webhook_messages__state check (state in ('open', 'delivered', 'parked')),
  constraint webhook_messages__delivered_at check (state <> 'delivered' or delivered_at is not null)
) with (fillfactor = 70);
create index webhook_messages__due on webhook_messages (org_id, webhook_id, due_at, event_id) where state = 'open';
create index webhook_messages__order on webhook_messages (org_id, webhook_id, coupon_id, event_id) where state = 'open';
create index webhook_messages__parked on webhook_messages (org_id, webhook_id, event_id) where state = 'parked';
create index webhook_messages__coupon_id on webhook_messages (org_id, coupon_id);
create index webhook_messages__request_id on webhook_messages (org_id, request_id) where request_id is not null;
comment on table webhook_messages is 'An event on its way to a webhook.';
comment on column webhook_messages.org_id is 'The organisation.';
comment on column webhook_messages.webhook_id is 'The webhook.';
comment on column webhook_messages.event_id is 'The event.';
comment on column webhook_messages.coupon_id is 'Its coupon: messages of one coupon go one after another, in the order of event_id. Null: none.';
comment on column webhook_messages.request_id is 'events.request_id.';
comment on column webhook_messages.occurred_at is 'events.occurred_at.';
comment on column webhook_messages.state is 'open: to be sent; delivered; parked: given up, until somebody sends it again.';
comment on column webhook_messages.due_at is 'When it is to be sent, or tried again.';
comment on column webhook_messages.leased_until is 'A process is sending it; if that is killed, another takes it from then on. Null: nobody is.';
comment on column webhook_messages.attempts is 'How often it was sent.';
comment on column webhook_messages.failures is 'How often sending it has failed since it was new or sent again by hand.';
comment on column webhook_messages.first_tried_at is 'When it was first sent since then; null: not yet.';
comment on column webhook_messages.delivered_at is 'When the receiver took it last; null: it never has.';
comment on column webhook_messages.created_at is 'When it was put on its way.';

create table webhook_attempts (
  org_id bigint not null,
  webhook_id bigint not null,
  event_id bigint not null,
  number integer not null,
  attempted_at timestamptz not null,
  outcome text not null,
  http_status integer,
  duration_ms integer not null,
  constraint webhook_attempts__pkey primary key (org_id, webhook_id, event_id, number),
  constraint webhook_attempts__outcome check (outcome in (
    'delivered', 'refused', 'redirected', 'gone', 'throttled', 'timeout', 'unreachable', 'forbidden-address'))
);
comment on table webhook_attempts is 'Every try to send a message; goes with the message. Nothing of what the receiver answered but its status.';
comment on column webhook_attempts.org_id is 'The organisation.';
comment on column webhook_attempts.webhook_id is 'The webhook.';
comment on column webhook_attempts.event_id is 'The event.';
comment on column webhook_attempts.number is 'webhook_messages.attempts at the time: 1 is the first.';
comment on column webhook_attempts.attempted_at is 'When it began.';
comment on column webhook_attempts.outcome is 'delivered (2xx); redirected (3xx); gone (410); throttled (429, or 503 with Retry-After); refused (any other status); timeout; unreachable; forbidden-address: the URL leads inside.';
comment on column webhook_attempts.http_status is 'What the receiver answered with; null: nothing.';
comment on column webhook_attempts.duration_ms is 'How long it took, in milliseconds.';

create table event_scans (
  org_id bigint not null,
  kind text not null,
  next_id bigint not null default 0,
  due_at timestamptz not null default now(),
  constraint event_scans__pkey primary key (org_id, kind),
  constraint event_scans__org_id foreign key (org_id) references organisations,
  constraint event_scans__kind check (kind in ('expiring-soon', 'limit-near'))
);
comment on table event_scans is 'How far a search for what time or use brings about has come: coupons that expire soon, limits that are near.';
comment on column event_scans.org_id is 'The organisation.';
comment on column event_scans.kind is 'expiring-soon or limit-near.';
comment on column event_scans.next_id is 'Coupons up to this id have been looked at in this round; 0: the round has not begun.';
comment on column event_scans.due_at is 'When the next step is to be taken.';
