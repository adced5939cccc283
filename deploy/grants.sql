-- What each database role may do. Run it as a superuser (or as the owner of the tables, when the roles exist already)
-- after the first `manage.py migrate` and after every update; running it again changes nothing.
--
--     psql -v ON_ERROR_STOP=1 -v owner=lm_owner -v app=lm_app -v sealer=lm_sealer -v auditor=lm_auditor \
--          -f deploy/grants.sql lm_pathways
--
-- owner    owns the tables and runs `migrate`, `load_content`, `retire_audit` and `erase_audit_values`; nobody else does
-- app      the web server and `db_worker`: owns nothing, and adds to the log without changing it
-- sealer   `seal_audit`: reads events, builds the tree over them, and signs; sees nothing of patients besides the log
-- auditor  `verify_audit`, `export_audit`, `prove_event`: reads the log and its tree, and adds the events of doing so
--
-- Roles that are missing are made without a password; set one (or use certificates) with ALTER ROLE afterwards.

\set ON_ERROR_STOP on
\if :{?owner} \else \set owner lm_owner \endif
\if :{?app} \else \set app lm_app \endif
\if :{?sealer} \else \set sealer lm_sealer \endif
\if :{?auditor} \else \set auditor lm_auditor \endif
\if :{?schema} \else \set schema public \endif

SELECT format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', name)
FROM unnest(ARRAY[:'owner', :'app', :'sealer', :'auditor']) AS wanted (name)
WHERE NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) \gexec

SELECT to_regclass(format('%I.audit_event', :'schema')) IS NULL AS no_tables \gset
\if :no_tables
    SELECT format('GRANT USAGE, CREATE ON SCHEMA %I TO %I', :'schema', :'owner') \gexec
    \echo The roles are there, but the tables are not. Run manage.py migrate as :owner and then this file again.
    \quit
\endif

BEGIN;
SET LOCAL search_path = pg_catalog, :"schema";

-- The tables, sequences and functions belong to the owner, and so do those that come with a later migration.
GRANT USAGE, CREATE ON SCHEMA :"schema" TO :"owner";
SELECT format('ALTER TABLE %I.%I OWNER TO %I', :'schema', tablename, :'owner')
FROM pg_tables WHERE schemaname = :'schema' AND tableowner <> :'owner' \gexec
SELECT format('ALTER FUNCTION %I.%I() OWNER TO %I', :'schema', proname, :'owner')
FROM pg_proc WHERE pronamespace = :'schema'::regnamespace AND prorettype = 'trigger'::regtype
    AND proowner <> :'owner'::regrole AND pronargs = 0 \gexec

-- Begin with nothing. Temporary tables are nothing for anybody but the owner.
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM %I, %I, %I', current_database(), :'app', :'sealer', :'auditor') \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO %I, %I, %I', current_database(), :'app', :'sealer', :'auditor') \gexec
SELECT format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO %I', current_database(), :'owner') \gexec
REVOKE ALL ON SCHEMA :"schema" FROM PUBLIC, :"app", :"sealer", :"auditor";
GRANT USAGE ON SCHEMA :"schema" TO :"app", :"sealer", :"auditor";
REVOKE ALL ON ALL TABLES IN SCHEMA :"schema" FROM PUBLIC, :"app", :"sealer", :"auditor";
REVOKE ALL ON ALL SEQUENCES IN SCHEMA :"schema" FROM PUBLIC, :"app", :"sealer", :"auditor";
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA :"schema" FROM PUBLIC, :"app", :"sealer", :"auditor";

-- The application: everything in its own tables, and in those that a later migration brings.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA :"schema" TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA :"schema" TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"schema"
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"schema" GRANT USAGE, SELECT ON SEQUENCES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

-- Which migrations have run, and which models there are, is for the owner to say.
REVOKE INSERT, UPDATE, DELETE ON django_migrations, django_content_type FROM :"app";

-- Append-only tables are found by their triggers, so that none is forgotten here: rows are added and never changed.
SELECT format('REVOKE UPDATE, DELETE ON %I.%I FROM %I', :'schema', relname, :'app')
FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid
WHERE relnamespace = :'schema'::regnamespace AND tgname = relname || '_append_only_rows' \gexec
-- Locking a row (SELECT … FOR UPDATE) takes the right to update one column; triggers refuse the update itself.
GRANT UPDATE (id) ON pathways_release, patients_signedplan TO :"app";
-- Frozen tables change in their permitted steps; no row of theirs is deleted.
SELECT format('REVOKE DELETE ON %I.%I FROM %I', :'schema', relname, :'app')
FROM pg_class JOIN pg_trigger ON tgrelid = pg_class.oid
WHERE relnamespace = :'schema'::regnamespace AND tgname = relname || '_frozen_delete' \gexec

-- The log. An event's id is a UUID and says nothing about order, so a forged one gains nothing; rows of
-- audit_shown_patient get theirs from the sequence, and a column list keeps OVERRIDING SYSTEM VALUE out.
REVOKE INSERT ON audit_shown_patient, audit_leaf, audit_node, audit_checkpoint, audit_retirement FROM :"app";
GRANT INSERT (event_id, patient_id) ON audit_shown_patient TO :"app";
REVOKE UPDATE, DELETE ON audit_patient_key FROM :"app";
REVOKE INSERT, UPDATE, DELETE ON audit_pending FROM :"app"; -- it counts them; the trigger has its owner's rights

-- The sealer: takes away what waits, adds to the tree, and records its own events.
GRANT SELECT, INSERT ON audit_event, audit_leaf, audit_node, audit_checkpoint TO :"sealer";
GRANT SELECT, DELETE ON audit_pending TO :"sealer";
GRANT SELECT ON audit_retirement, audit_shown_patient TO :"sealer";
SELECT format('GRANT USAGE ON SEQUENCE %s TO %I', pg_get_serial_sequence(format('%I.%I', :'schema', name), 'id'), :'sealer')
FROM unnest(ARRAY['audit_node', 'audit_checkpoint']) AS of_table (name) \gexec

-- The auditor: reads the log, its tree and the migrations that made them. What is said about patients stays encrypted.
-- Verifying, exporting and proving are events themselves, and without an event nothing is handed out.
GRANT SELECT ON audit_event, audit_shown_patient, audit_pending, audit_leaf, audit_node, audit_checkpoint,
    audit_retirement TO :"auditor";
GRANT INSERT ON audit_event TO :"auditor";
GRANT SELECT ON django_migrations TO :"sealer", :"auditor";
COMMIT;
