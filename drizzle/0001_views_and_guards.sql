ALTER TABLE "notice" SET (fillfactor = 50);--> statement-breakpoint
ALTER TABLE "application_block" ALTER COLUMN "numbers" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "application_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "application_block" ALTER COLUMN "lines" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "registry_block" ALTER COLUMN "niks" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "registry_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "question_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "list_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "recipient_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "stage_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "pool" ALTER COLUMN "lines" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "result_block" ALTER COLUMN "lines" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "result_block" ALTER COLUMN "hidden" SET STORAGE EXTERNAL;--> statement-breakpoint
ALTER TABLE "decision_block" ALTER COLUMN "columns" SET STORAGE EXTERNAL;--> statement-breakpoint
CREATE VIEW "outcome" AS
	SELECT
		"result_block"."wave_id",
		"field"[1] COLLATE "C" AS "registration_no",
		"field"[2] COLLATE "C" AS "nik",
		"field"[3] AS "outcome",
		"field"[4] AS "reasons",
		nullif("field"[5], '')::smallint AS "tier",
		nullif("field"[6], '')::integer AS "rank",
		get_byte("regions", "place"::integer - 1)::smallint AS "region"
	FROM "result_block"
		JOIN "wave" ON "wave"."id" = "result_block"."wave_id" AND "wave"."state" = 'published'
		CROSS JOIN LATERAL string_to_table(rtrim(convert_from("lines", 'UTF8'), E'\n'), E'\n')
			WITH ORDINALITY AS "of_block" ("line", "place")
		CROSS JOIN LATERAL string_to_array("line", ',') AS "field";--> statement-breakpoint
CREATE FUNCTION "is_past"("of_wave" integer, "point" text) RETURNS boolean LANGUAGE sql STABLE
	SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT CASE "point"
		WHEN 'closed' THEN state IN ('closing', 'published') OR frozen_at IS NOT NULL
		WHEN 'frozen' THEN frozen_at IS NOT NULL
		WHEN 'published' THEN published_at IS NOT NULL
	END FROM public.wave WHERE id = "of_wave"
$$;--> statement-breakpoint
CREATE FUNCTION "guard_wave"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	opening CONSTANT text[] := '{id,policy,policy_sha256,quota,household_key,secret,entropy_source,entropy_commitment,beacon_round,opened_at}';
	drawn_from CONSTANT text[] := '{snapshot_id,last_answer,last_recipient,earlier_waves,void_waves,entropy_given,unverified_by,unverified_at,pool_root,frozen_at}';
	publication CONSTANT text[] := '{published_at,funnel,people,audit_entry,audit_sha256}';
	unverified jsonb;
	may text[];
	wrong text[];
BEGIN
	IF TG_OP = 'INSERT' AND TG_WHEN = 'BEFORE' THEN
		NEW.opened_at := clock_timestamp();
		RETURN NEW;
	ELSIF TG_OP = 'INSERT' THEN
		IF NEW.state = 'open' AND jsonb_strip_nulls(to_jsonb(NEW)) - opening - '{state,closes_at,notices_held}'::text[] = '{}' THEN RETURN NULL; END IF;
		RAISE EXCEPTION 'wave % begins open: whatever comes later is not known yet', NEW.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF TG_OP = 'DELETE' THEN
		IF OLD.frozen_at IS NULL AND OLD.state <> 'void' THEN RETURN OLD; END IF;
		RAISE EXCEPTION 'wave % is frozen or void: it stays on record', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	-- When something was is said by the server: a round of a beacon rests on it that nobody knew the round at the freeze.
	IF NEW.unverified_by = OLD.unverified_by THEN NEW.unverified_at := OLD.unverified_at;
	ELSIF NEW.unverified_by IS NOT NULL THEN NEW.unverified_at := clock_timestamp(); END IF;
	IF OLD.pool_root IS NULL THEN
		NEW.frozen_at := CASE WHEN NEW.pool_root IS NULL THEN OLD.frozen_at ELSE clock_timestamp() END;
	END IF;
	IF OLD.state <> 'void' AND NEW.state = 'void' THEN NEW.voided_at := clock_timestamp(); END IF;
	IF NEW.state = 'published' AND OLD.state <> 'published' THEN
		IF NOT EXISTS (SELECT FROM public.review WHERE wave_id = NEW.id AND (NOT alarm OR approved_at IS NOT NULL)) THEN
			RAISE EXCEPTION 'the draw of wave % was not reviewed, or raised an alarm that nobody has approved: it cannot be published', OLD.id
				USING ERRCODE = 'restrict_violation';
		END IF;
		IF NOT EXISTS (SELECT FROM public.audit WHERE number = NEW.audit_entry AND hash = NEW.audit_sha256
			AND action = 'wave.published' AND subject::jsonb -> 'wave' = to_jsonb(NEW.id)) THEN
			RAISE EXCEPTION 'the publication of wave % is not in the audit log', OLD.id USING ERRCODE = 'restrict_violation';
		END IF;
		-- In the lax mode a filter looks into the pairs, and finds none of them.
		unverified := jsonb_path_query_array(NEW.funnel, 'strict $[*] ? (@[0] == "UNVERIFIED")[1]', '{}', true);
		IF coalesce(unverified, '[]') = '[]' THEN
			RAISE EXCEPTION 'the figures of wave % are not there: it cannot be published', OLD.id USING ERRCODE = 'restrict_violation';
		END IF;
		IF NEW.unverified_by IS NULL AND unverified <> '[0]' THEN
			RAISE EXCEPTION 'wave % has applications that the registry gave no answer on, and nobody said that it is published with them', OLD.id
				USING ERRCODE = 'restrict_violation';
		END IF;
		NEW.published_at := clock_timestamp();
		NEW.people := CASE WHEN public.takes_two() IS FALSE THEN 'one' ELSE 'two' END;
	END IF;
	may := CASE
		WHEN OLD.state = 'open' THEN '{entropy_given,snapshot_id,last_recipient,earlier_waves,void_waves,unverified_by,unverified_at,notices_held}'
		WHEN OLD.state = 'closing' AND OLD.frozen_at IS NULL THEN '{last_answer,unverified_by,unverified_at,notices_held,pool_root,frozen_at}'
		WHEN OLD.state = 'closing' AND OLD.seed IS NULL THEN '{beacon_signature,seed,notices_held}'
		WHEN OLD.state = 'closing' OR OLD.state = 'published' AND OLD.notices_held THEN '{notices_held}'
		ELSE '{}'
	END;
	may := may
		-- Where the registry is asked, the close goes on with the answers that came in meanwhile.
		|| CASE WHEN OLD.state = 'closing' AND OLD.frozen_at IS NULL AND OLD.policy::jsonb #>> '{match,source}' = 'exchange' THEN '{snapshot_id}'::text[] END
		|| CASE WHEN OLD.state = 'open' AND OLD.beacon_round IS NULL THEN '{closes_at}'::text[] END
		|| CASE WHEN NEW.state = 'void' OR (OLD.state, NEW.state) IN (('open', 'closing'), ('closing', 'published')) THEN '{state}'::text[] END
		|| CASE WHEN NEW.state = 'void' AND OLD.state <> 'void' THEN '{voided_at,voided_by,void_reason}'::text[] END
		|| CASE WHEN NEW.state = 'published' AND OLD.state = 'closing' AND OLD.seed IS NOT NULL THEN publication END;
	wrong := ARRAY(SELECT key FROM jsonb_each(to_jsonb(NEW)) AS given JOIN jsonb_each(to_jsonb(OLD)) AS before USING (key)
		WHERE given.value <> before.value AND key <> ALL (may));
	IF wrong <> '{}' THEN
		RAISE EXCEPTION '%', format(CASE
			WHEN wrong && (opening || '{closes_at}') THEN 'what wave %1$s was opened with cannot change'
			WHEN OLD.state = 'void' THEN 'wave %1$s is void: it stays so, with its reason'
			WHEN OLD.seed IS NOT NULL AND wrong && '{seed,beacon_signature}' THEN 'wave %1$s is drawn: there is one draw a wave'
			WHEN OLD.published_at IS NOT NULL AND wrong @> '{published_at}' THEN 'wave %1$s is published: when it was cannot change'
			WHEN OLD.frozen_at IS NOT NULL AND wrong && drawn_from THEN 'wave %1$s is frozen: what its draw is made of cannot change'
			WHEN wrong && publication AND (NEW.state <> 'published' OR OLD.state = 'published')
				THEN 'how wave %1$s was published is written down with its publication, and stays'
			ELSE 'wave %1$s is %2$s: its %3$s cannot change'
		END, OLD.id, OLD.state, array_to_string(wrong, ', ')) USING ERRCODE = 'restrict_violation';
	END IF;
	IF NEW.state = 'void' AND OLD.state <> 'void' THEN
		PERFORM public.use_approval('wave.void', jsonb_build_object('wave', NEW.id, 'reason', NEW.void_reason), NEW.voided_by);
	END IF;
	IF NEW.unverified_by IS NOT NULL AND NEW.unverified_by IS DISTINCT FROM OLD.unverified_by THEN
		PERFORM public.use_approval('wave.close.unverified', jsonb_build_object('wave', NEW.id), NEW.unverified_by);
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_wave_part"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN
		-- Waits for whoever brings the wave to that point, and holds them up: a change that began before is not committed after.
		PERFORM FROM public.wave WHERE id = OLD.wave_id FOR SHARE;
		IF public.is_past(OLD.wave_id, TG_ARGV[0]) THEN
			RAISE EXCEPTION 'wave % is %: its % cannot change', OLD.wave_id, TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
		END IF;
	END IF;
	IF TG_OP <> 'DELETE' AND public.is_past(NEW.wave_id, TG_ARGV[0]) THEN
		RAISE EXCEPTION 'wave % is %: its % cannot change', NEW.wave_id, TG_ARGV[0], TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_import"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF OLD.finished_at IS NULL THEN RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END; END IF;
	RAISE EXCEPTION 'import % is finished: it stays on record as it was', OLD.id USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_reject"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP <> 'UPDATE' THEN
		-- Once a statement, since they come by the million. Whoever finishes an import waits for those who are at its rows.
		PERFORM FROM public.import_file WHERE id IN (SELECT import_id FROM concerned) FOR SHARE;
		IF NOT EXISTS (SELECT FROM public.import_file WHERE id IN (SELECT import_id FROM concerned) AND finished_at IS NOT NULL) THEN
			RETURN NULL;
		END IF;
	END IF;
	RAISE EXCEPTION 'rejected rows come with their import, and stay as they were found' USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_snapshot"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE dropping CONSTANT text[] := '{dropped_at,dropped_by}';
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.dropped_at IS NULL THEN RETURN NEW; END IF;
		RAISE EXCEPTION 'version % of the registry is not dropped before it is there', NEW.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF EXISTS (SELECT FROM public.import_file WHERE id = OLD.import_id AND finished_at IS NULL) THEN
		RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
	END IF;
	IF TG_OP = 'DELETE' OR OLD.dropped_at IS NOT NULL OR NEW.dropped_at IS DISTINCT FROM now()
		OR to_jsonb(NEW) - dropping <> to_jsonb(OLD) - dropping THEN
		RAISE EXCEPTION 'version % of the registry stays on record as it was imported, and as it was dropped', OLD.id
			USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.kind = 'whole' AND (EXISTS (SELECT FROM public.wave WHERE snapshot_id = OLD.id AND state = 'closing')
		OR NOT EXISTS (SELECT FROM public.registry_snapshot newer WHERE newer.kind = 'whole' AND newer.id > OLD.id AND newer.dropped_at IS NULL)) THEN
		RAISE EXCEPTION 'version % of the registry is in force, or a wave under way is held against it: it cannot be dropped', OLD.id
			USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_wave_list"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM public.list WHERE id = NEW.list_id AND (held_for IS NULL OR decision = 'released')
		AND NOT EXISTS (SELECT FROM public.wave_list other JOIN public.list named ON named.id = other.list_id
			WHERE other.wave_id = NEW.wave_id AND named.name = list.name)) THEN
		RETURN NEW;
	END IF;
	RAISE EXCEPTION 'wave % is held against one version of a list, which is neither held nor discarded', NEW.wave_id
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "refuse_change_of_list"("version" integer) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM public.wave_list WHERE list_id = "version" AND public.is_past(wave_id, 'frozen')) THEN
		RAISE EXCEPTION 'a frozen wave was held against version % of a list: it cannot change', "version"
			USING ERRCODE = 'restrict_violation';
	END IF;
	RAISE EXCEPTION 'version % of a list cannot change: it stays as it was imported, and as it was decided', "version"
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_list"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	deciding CONSTANT text[] := '{decision,decided_at,decided_by}';
	importing CONSTANT text[] := '{entries,held_for,tally}';
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.decision IS NOT NULL THEN PERFORM public.refuse_change_of_list(NEW.id); END IF;
	ELSIF TG_OP = 'DELETE' THEN
		PERFORM public.refuse_change_of_list(OLD.id);
	ELSIF OLD.decision IS NULL AND NEW.decision IS NOT NULL AND to_jsonb(NEW) - deciding = to_jsonb(OLD) - deciding THEN
		NEW.decided_at := clock_timestamp();
		IF NEW.decision = 'released' THEN
			PERFORM public.use_approval('list.release', jsonb_build_object('version', NEW.id), NEW.decided_by);
		ELSE
			PERFORM public.use_approval('list.discard', jsonb_build_object('version', NEW.id), NEW.decided_by);
		END IF;
	ELSIF to_jsonb(NEW) - importing <> to_jsonb(OLD) - importing
		OR NOT EXISTS (SELECT FROM public.import_file WHERE id = OLD.import_id AND finished_at IS NULL) THEN
		PERFORM public.refuse_change_of_list(OLD.id);
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_list_block"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN PERFORM public.refuse_change_of_list(OLD.list_id); END IF;
	IF NOT EXISTS (SELECT FROM public.list JOIN public.import_file ON import_file.id = list.import_id
		WHERE list.id = NEW.list_id AND import_file.finished_at IS NULL) THEN
		PERFORM public.refuse_change_of_list(NEW.list_id);
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_review"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE approving CONSTANT text[] := '{approved_at,approved_by,approval_reason}';
BEGIN
	IF TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (OLD.approved_at IS NOT NULL OR public.is_past(OLD.wave_id, 'published')
		OR to_jsonb(NEW) - approving <> to_jsonb(OLD) - approving) THEN
		RAISE EXCEPTION 'the review of wave % stays as it is, and its approval once it is given', OLD.wave_id
			USING ERRCODE = 'restrict_violation';
	END IF;
	IF TG_OP = 'INSERT' THEN NEW.reviewed_at := clock_timestamp(); END IF;
	IF NEW.approved_at IS NOT NULL THEN
		NEW.approved_at := clock_timestamp();
		PERFORM public.use_approval('review.approve', jsonb_build_object('wave', NEW.wave_id, 'reason', NEW.approval_reason),
			NEW.approved_by);
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_recipients"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM public.wave WHERE last_recipient >= NEW.id) THEN RETURN NEW; END IF;
	RAISE EXCEPTION 'recipients are added after those that waves were held against, and nothing else'
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_data_key"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE rotating CONSTANT text[] := '{master_id,sealed}';
BEGIN
	-- A sealed key has 65 bytes: the version of this form, the id of its master key, and what the database cannot look into.
	IF length(NEW.sealed) <> 65 OR encode(substr(NEW.sealed, 1, 5), 'hex') <> '01' || NEW.master_id THEN
		RAISE EXCEPTION 'data key % is not sealed with the master key that it names', NEW.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF TG_OP = 'UPDATE' AND (NEW.master_id = OLD.master_id OR to_jsonb(NEW) - rotating <> to_jsonb(OLD) - rotating) THEN
		RAISE EXCEPTION 'data key % can be sealed with another master key, and nothing else', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF TG_OP = 'INSERT' AND NEW.purpose = 'question' AND EXISTS (SELECT FROM public.data_key WHERE purpose = 'question') THEN
		RAISE EXCEPTION 'there is one key of the questions: it stays' USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_truncate"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM public.wave WHERE frozen_at IS NOT NULL) THEN
		RAISE EXCEPTION 'a wave is frozen: % cannot be emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "wave_opened" AFTER INSERT ON "wave" FOR EACH ROW EXECUTE FUNCTION "guard_wave"();--> statement-breakpoint
CREATE TRIGGER "wave_guard" BEFORE INSERT OR UPDATE OR DELETE ON "wave" FOR EACH ROW EXECUTE FUNCTION "guard_wave"();--> statement-breakpoint
CREATE TRIGGER "import_file_guard" BEFORE UPDATE OR DELETE ON "import_file" FOR EACH ROW EXECUTE FUNCTION "guard_import"();--> statement-breakpoint
CREATE TRIGGER "reject_guard" BEFORE UPDATE ON "reject" FOR EACH STATEMENT EXECUTE FUNCTION "guard_reject"();--> statement-breakpoint
CREATE TRIGGER "reject_added" AFTER INSERT ON "reject" REFERENCING NEW TABLE AS "concerned" FOR EACH STATEMENT EXECUTE FUNCTION "guard_reject"();--> statement-breakpoint
CREATE TRIGGER "reject_taken_away" AFTER DELETE ON "reject" REFERENCING OLD TABLE AS "concerned" FOR EACH STATEMENT EXECUTE FUNCTION "guard_reject"();--> statement-breakpoint
CREATE TRIGGER "application_block_guard" BEFORE INSERT OR UPDATE OR DELETE ON "application_block" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('closed');--> statement-breakpoint
CREATE TRIGGER "pool_guard" BEFORE INSERT OR UPDATE OR DELETE ON "pool" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('frozen');--> statement-breakpoint
CREATE TRIGGER "registry_snapshot_guard" BEFORE INSERT OR UPDATE OR DELETE ON "registry_snapshot" FOR EACH ROW EXECUTE FUNCTION "guard_snapshot"();--> statement-breakpoint
CREATE TRIGGER "wave_list_guard" BEFORE INSERT OR UPDATE OR DELETE ON "wave_list" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('closed');--> statement-breakpoint
CREATE TRIGGER "wave_list_once" BEFORE INSERT ON "wave_list" FOR EACH ROW EXECUTE FUNCTION "guard_wave_list"();--> statement-breakpoint
CREATE TRIGGER "cutoff_guard" BEFORE UPDATE OR DELETE ON "cutoff" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('frozen');--> statement-breakpoint
CREATE TRIGGER "cutoff_published" BEFORE INSERT ON "cutoff" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('published');--> statement-breakpoint
CREATE TRIGGER "result_block_guard" BEFORE UPDATE OR DELETE ON "result_block" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('frozen');--> statement-breakpoint
CREATE TRIGGER "result_block_published" BEFORE INSERT ON "result_block" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('published');--> statement-breakpoint
CREATE TRIGGER "decision_block_guard" BEFORE UPDATE OR DELETE ON "decision_block" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('frozen');--> statement-breakpoint
CREATE TRIGGER "decision_block_published" BEFORE INSERT ON "decision_block" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"('published');--> statement-breakpoint
CREATE TRIGGER "recipient_block_guard" BEFORE INSERT OR UPDATE OR DELETE ON "recipient_block" FOR EACH ROW EXECUTE FUNCTION "guard_recipients"();--> statement-breakpoint
CREATE TRIGGER "list_guard" BEFORE INSERT OR UPDATE OR DELETE ON "list" FOR EACH ROW EXECUTE FUNCTION "guard_list"();--> statement-breakpoint
CREATE TRIGGER "list_block_guard" BEFORE INSERT OR UPDATE OR DELETE ON "list_block" FOR EACH ROW EXECUTE FUNCTION "guard_list_block"();--> statement-breakpoint
CREATE TRIGGER "review_guard" BEFORE INSERT OR UPDATE OR DELETE ON "review" FOR EACH ROW EXECUTE FUNCTION "guard_review"();--> statement-breakpoint
CREATE TRIGGER "data_key_guard" BEFORE INSERT OR UPDATE ON "data_key" FOR EACH ROW EXECUTE FUNCTION "guard_data_key"();--> statement-breakpoint
CREATE TRIGGER "wave_truncate_guard" BEFORE TRUNCATE ON "wave" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "registry_snapshot_truncate_guard" BEFORE TRUNCATE ON "registry_snapshot" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "import_file_truncate_guard" BEFORE TRUNCATE ON "import_file" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "reject_truncate_guard" BEFORE TRUNCATE ON "reject" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "application_block_truncate_guard" BEFORE TRUNCATE ON "application_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "pool_truncate_guard" BEFORE TRUNCATE ON "pool" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "wave_list_truncate_guard" BEFORE TRUNCATE ON "wave_list" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "cutoff_truncate_guard" BEFORE TRUNCATE ON "cutoff" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "result_block_truncate_guard" BEFORE TRUNCATE ON "result_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "decision_block_truncate_guard" BEFORE TRUNCATE ON "decision_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "recipient_block_truncate_guard" BEFORE TRUNCATE ON "recipient_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "list_truncate_guard" BEFORE TRUNCATE ON "list" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "list_block_truncate_guard" BEFORE TRUNCATE ON "list_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "review_truncate_guard" BEFORE TRUNCATE ON "review" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
INSERT INTO "installation" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "registry_service" DEFAULT VALUES;
