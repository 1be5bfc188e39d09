CREATE FUNCTION "audit_text"("entry" "audit") RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
	SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT '{"account":' || to_json(("entry").account)::text
	|| ',"action":' || to_json(("entry").action)::text
	|| ',"address":' || coalesce(to_json(("entry").address)::text, 'null')
	|| ',"at":"' || to_char(("entry").at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
	|| '","began":' || coalesce(("entry").began::text, 'null')
	|| ',"code":' || coalesce(to_json(("entry").code)::text, 'null')
	|| ',"host":' || to_json(("entry").host)::text
	|| ',"login":' || to_json(("entry").login)::text
	|| ',"number":' || ("entry").number::text
	|| ',"operator":' || coalesce(to_json(("entry").operator)::text, 'null')
	|| ',"outcome":' || to_json(("entry").outcome)::text
	|| ',"process":' || ("entry").process::text
	|| ',"reason":' || coalesce(to_json(("entry").reason)::text, 'null')
	|| ',"subject":' || ("entry").subject || '}'
$$;--> statement-breakpoint
CREATE FUNCTION "chain_audit"() RETURNS trigger LANGUAGE plpgsql
	SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2min' AS $$
DECLARE
	head record;
	beginning public.audit;
BEGIN
	IF NEW.action <> 'audit.show' AND (SELECT bool_or(rolname = 'gelombang_auditor') AND NOT bool_or(rolname <> 'gelombang_auditor') FROM pg_roles
		WHERE (rolname IN ('gelombang_auditor', 'gelombang_worker') OR oid = (SELECT relowner FROM pg_class WHERE pg_class.oid = TG_RELID))
			AND pg_has_role(session_user, oid, 'MEMBER')) THEN
		RAISE EXCEPTION 'a login of auditors adds entries about what auditors do, and no others' USING ERRCODE = 'insufficient_privilege';
	END IF;
	-- One at a time: whoever comes next finds the entry that was committed before.
	PERFORM pg_advisory_xact_lock(1734700048, 0);
	SELECT number, hash INTO head FROM public.audit ORDER BY number DESC LIMIT 1;
	IF NEW.began IS NOT NULL THEN
		SELECT * INTO beginning FROM public.audit WHERE number = NEW.began AND outcome = 'begun';
		IF beginning.number IS NULL OR (beginning.action, beginning.operator, beginning.login) IS DISTINCT FROM (NEW.action, NEW.operator, session_user::text)
			OR EXISTS (SELECT FROM public.audit WHERE number > NEW.began AND began = NEW.began) THEN
			RAISE EXCEPTION 'entry % of the audit log is not the beginning of this, is of somebody else, or has its end', NEW.began
				USING ERRCODE = 'restrict_violation';
		END IF;
	END IF;
	NEW.number := coalesce(head.number, 0) + 1;
	NEW.at := clock_timestamp();
	NEW.login := session_user;
	NEW.address := host(inet_client_addr());
	NEW.previous := coalesce(head.hash, repeat('0', 64));
	NEW.hash := encode(sha256(convert_to(NEW.previous || public.audit_text(NEW), 'UTF8')), 'hex');
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_audit"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'the audit log is added to, and nothing else: no entry is changed or taken away'
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_request"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		NEW.asked_login := session_user;
		NEW.asked_at := clock_timestamp();
		NEW.decision := NULL;
		NEW.decided_by := NULL;
		NEW.decided_login := NULL;
		NEW.decided_at := NULL;
		NEW.decision_reason := NULL;
		NEW.used_at := NULL;
		RETURN NEW;
	END IF;
	IF (NEW.id, NEW.action, NEW.subject, NEW.asked_by, NEW.asked_login, NEW.asked_at, NEW.reason)
		IS DISTINCT FROM (OLD.id, OLD.action, OLD.subject, OLD.asked_by, OLD.asked_login, OLD.asked_at, OLD.reason) THEN
		RAISE EXCEPTION 'what request % asks for cannot change', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.decision IS NULL AND NEW.decision IS NOT NULL AND NEW.used_at IS NULL THEN
		IF session_user = OLD.asked_login OR lower(btrim(NEW.decided_by)) = lower(btrim(OLD.asked_by)) THEN
			RAISE EXCEPTION 'request % is decided by another person than the one who asked, with another login', OLD.id
				USING ERRCODE = 'restrict_violation';
		END IF;
		NEW.decided_login := session_user;
		NEW.decided_at := clock_timestamp();
		RETURN NEW;
	END IF;
	IF OLD.decision = 'approved' AND OLD.used_at IS NULL AND NEW.used_at IS NOT NULL AND session_user = OLD.asked_login
		AND (NEW.decision, NEW.decided_by, NEW.decided_login, NEW.decided_at, NEW.decision_reason)
		IS NOT DISTINCT FROM (OLD.decision, OLD.decided_by, OLD.decided_login, OLD.decided_at, OLD.decision_reason) THEN
		NEW.used_at := clock_timestamp();
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'request % stays as it was decided, and an approval is used once, by the one who asked', OLD.id
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_taking_away"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	RAISE EXCEPTION 'nothing is taken away from %: it stays on record', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "takes_two"() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS
	'SELECT people = ''two'' FROM public.installation';--> statement-breakpoint
CREATE FUNCTION "approval_of"("what" text, "about" jsonb, "who" text) RETURNS integer LANGUAGE plpgsql
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved integer;
BEGIN
	IF public.takes_two() IS FALSE THEN RETURN NULL; END IF;
	SELECT id INTO approved FROM public.request
		WHERE action = "what" AND subject::jsonb = "about" AND asked_by = "who" AND asked_login = session_user
			AND decision = 'approved' AND used_at IS NULL
		ORDER BY id LIMIT 1 FOR UPDATE;
	IF approved IS NULL THEN
		RAISE EXCEPTION '% % takes two people: no request of % for it is approved', "what", "about", coalesce("who", 'nobody')
			USING ERRCODE = 'GL002';
	END IF;
	RETURN approved;
END $$;--> statement-breakpoint
CREATE FUNCTION "use_approval"("what" text, "about" jsonb, "who" text) RETURNS void LANGUAGE plpgsql
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approved integer := public.approval_of("what", "about", "who");
BEGIN
	IF approved IS NOT NULL THEN
		UPDATE public.request SET used_at = clock_timestamp() WHERE id = approved;
	END IF;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_installation"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NEW.people IS NOT DISTINCT FROM OLD.people THEN RETURN NEW; END IF;
	IF NOT pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'USAGE') THEN
		RAISE EXCEPTION 'how many people it takes is said by the owner of the tables' USING ERRCODE = 'insufficient_privilege';
	END IF;
	IF NEW.people = 'unset' THEN
		RAISE EXCEPTION 'how many people it takes was said: it can be changed, and not be taken back'
			USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER "audit_chain" BEFORE INSERT ON "audit" FOR EACH ROW EXECUTE FUNCTION "chain_audit"();--> statement-breakpoint
CREATE TRIGGER "audit_guard" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit" FOR EACH STATEMENT EXECUTE FUNCTION "guard_audit"();--> statement-breakpoint
CREATE TRIGGER "request_guard" BEFORE INSERT OR UPDATE ON "request" FOR EACH ROW EXECUTE FUNCTION "guard_request"();--> statement-breakpoint
CREATE TRIGGER "request_kept" BEFORE DELETE OR TRUNCATE ON "request" FOR EACH STATEMENT EXECUTE FUNCTION "guard_taking_away"();--> statement-breakpoint
CREATE TRIGGER "installation_guard" BEFORE UPDATE ON "installation" FOR EACH ROW EXECUTE FUNCTION "guard_installation"();--> statement-breakpoint
CREATE TRIGGER "installation_kept" BEFORE DELETE OR TRUNCATE ON "installation" FOR EACH STATEMENT EXECUTE FUNCTION "guard_taking_away"();
