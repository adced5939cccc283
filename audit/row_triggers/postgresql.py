"""Row triggers for PostgreSQL: one function for all tables, with the rights of its owner and a fixed search path.

`pg_temp` stands last in the search path: otherwise a temporary table named like the log would take its place.
"""

from audit.row_triggers.tables import AuditedTable

ROW_FUNCTION = "audit_row_changed"
TRUNCATE_FUNCTION = "audit_row_changed_truncate"

REFUSED = (
    "% was not written: nobody is named as the one who writes. "
    "In a database shell, name yourself first: SET app.actor = ''your name'';"
)
TRUNCATE_REFUSED = "% is audited, and TRUNCATE removes rows unseen. DELETE them instead."


def functions(schema: str) -> list[str]:
    """`schema` is quoted already. The payload repeats `audit.payloads.canonical`, byte by byte."""
    return [
        f"""CREATE OR REPLACE FUNCTION {schema}.{ROW_FUNCTION}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, {schema}, pg_temp AS $body$
DECLARE
    actor text := coalesce(current_setting('app.actor', true), '');
    actor_name text := coalesce(nullif(current_setting('app.actor_name', true), ''), actor);
    joined text := coalesce(nullif(current_setting('app.transaction', true), ''), 'xid ' || pg_current_xact_id());
    at_us bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    event uuid := (lpad(to_hex(at_us / 1000), 12, '0') || '7' || lpad(to_hex((at_us % 1000) * 4096 / 1000), 3, '0')
        || right(replace(gen_random_uuid()::text, '-', ''), 16))::uuid;  -- audit.event_ids.new_event_id
    written jsonb;
    former jsonb;
    changed text := '';
    patient uuid;
    target text;
    payload text;
BEGIN
    IF actor = '' THEN
        RAISE EXCEPTION '{REFUSED}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        written := to_jsonb(OLD);
    ELSIF TG_OP = 'INSERT' THEN
        written := to_jsonb(NEW);
    ELSE
        IF OLD *= NEW THEN
            RETURN NULL;
        END IF;
        written := to_jsonb(NEW);
        former := to_jsonb(OLD);
        SELECT string_agg(to_json(name)::text, ',' ORDER BY name COLLATE "C") INTO changed
            FROM jsonb_each(written) AS of_row (name, value)
            WHERE former -> name IS DISTINCT FROM value AND NOT name = ANY (string_to_array(TG_ARGV[2], ','));
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
    END IF;
    IF TG_ARGV[1] <> '' THEN
        patient := (written ->> TG_ARGV[1])::uuid;
    END IF;
    target := TG_TABLE_NAME || '/' || (written ->> TG_ARGV[0]);
    payload := '{{"action":"row.changed","actor_id":' || to_json(actor) || ',"actor_name":' || to_json(actor_name)
        || ',"actor_role":"","at_us":' || at_us || ',"device":"","id":"' || event || '","ip":"","outcome":"done"'
        || ',"patient_id":' || coalesce('"' || patient || '"', 'null') || ',"reason":"","session_hash":"","target":'
        || to_json(target) || ',"transaction":' || to_json(joined) || ',"values":{{"columns":[' || changed
        || '],"database_user":' || to_json(session_user::text) || ',"operation":"' || lower(TG_OP) || '"}}}}';
    INSERT INTO {schema}.audit_event (id, at_us, actor_id, actor_name, actor_role, session_hash, ip, device, action,
            outcome, patient_id, target, reason, transaction, payload)
        VALUES (event, at_us, actor, actor_name, '', '', '', '', 'row.changed',
            'done', patient, target, '', joined, convert_to(payload, 'UTF8'));
    RETURN NULL;
END;
$body$""",  # noqa: S608  # nosec B608
        f"""CREATE OR REPLACE FUNCTION {schema}.{TRUNCATE_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION '{TRUNCATE_REFUSED}', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END;
$body$""",
    ]


def triggers(schema: str, table: AuditedTable) -> list[str]:
    where = f'{schema}."{table.name}"'
    arguments = f"'{table.key}', '{table.patient}', '{','.join(table.unwatched)}'"
    return [
        f"""CREATE OR REPLACE TRIGGER {table.name}_row_changed AFTER INSERT OR UPDATE OR DELETE ON {where}
            FOR EACH ROW EXECUTE FUNCTION {schema}.{ROW_FUNCTION}({arguments})""",
        f"""CREATE OR REPLACE TRIGGER {table.name}_row_changed_truncate BEFORE TRUNCATE ON {where}
            FOR EACH STATEMENT EXECUTE FUNCTION {schema}.{TRUNCATE_FUNCTION}()""",
        f"ALTER TABLE {where} ENABLE ALWAYS TRIGGER {table.name}_row_changed",
        f"ALTER TABLE {where} ENABLE ALWAYS TRIGGER {table.name}_row_changed_truncate",
    ]


InCatalogue = tuple[str, str, str, int, str]  # table, trigger, function, pg_trigger.tgtype, arguments
FOR_EACH_ROW, BEFORE, INSERT, DELETE, UPDATE, TRUNCATE = 1, 2, 4, 8, 16, 32


def in_catalogue(table: AuditedTable) -> set[InCatalogue]:
    """What PostgreSQL's own tables say of the triggers when they are there as they should be."""
    rows, truncate = names(table)
    arguments = "".join(f"{one}\\000" for one in (table.key, table.patient, ",".join(table.unwatched)))
    return {
        (table.name, rows, ROW_FUNCTION, FOR_EACH_ROW + INSERT + UPDATE + DELETE, arguments),
        (table.name, truncate, TRUNCATE_FUNCTION, BEFORE + TRUNCATE, ""),
    }


def names(table: AuditedTable) -> list[str]:
    return [f"{table.name}_row_changed", f"{table.name}_row_changed_truncate"]
