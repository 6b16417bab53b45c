#!/bin/bash
# Makes the database with the role that owns its schema and the role that servers use. The image of PostgreSQL runs it once,
# when its volume is new; by hand it runs wherever psql reaches a superuser:
#   PGHOST=… PGUSER=postgres COUNTERFOIL_OWNER_PASSWORD=… COUNTERFOIL_SERVER_PASSWORD=… bash postgres-roles.sh
set -euo pipefail
export PGUSER="${PGUSER:-${POSTGRES_USER:-postgres}}"

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname postgres \
  --set owner_password="${COUNTERFOIL_OWNER_PASSWORD:?}" --set server_password="${COUNTERFOIL_SERVER_PASSWORD:?}" <<'SQL'
create role counterfoil_owner login password :'owner_password';
create role counterfoil_server login password :'server_password';
create database counterfoil owner counterfoil_owner encoding 'UTF8' template template0;
revoke all on database counterfoil from public;
grant connect, temporary on database counterfoil to counterfoil_server;
\connect counterfoil
grant usage on schema public to counterfoil_server;
grant create on schema public to counterfoil_owner;
-- What the owner makes from now on, the server may use.
alter default privileges for role counterfoil_owner in schema public
  grant select, insert, update, delete on tables to counterfoil_server;
alter default privileges for role counterfoil_owner in schema public
  grant usage, select on sequences to counterfoil_server;
SQL
