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
CREATE FUNCTION "is_frozen"("wave" integer) RETURNS boolean LANGUAGE sql STABLE RETURN
	EXISTS (SELECT FROM "public"."wave" AS "w" WHERE "w"."id" = "wave" AND "w"."frozen_at" IS NOT NULL);--> statement-breakpoint
CREATE FUNCTION "guard_wave"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF OLD.frozen_at IS NULL AND OLD.state <> 'void' THEN RETURN OLD; END IF;
		RAISE EXCEPTION 'wave % is frozen or void: it stays on record', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF (NEW.id, NEW.policy, NEW.policy_sha256, NEW.quota, NEW.household_key, NEW.secret, NEW.entropy_source,
			NEW.entropy_commitment, NEW.beacon_round, NEW.opened_at)
		IS DISTINCT FROM (OLD.id, OLD.policy, OLD.policy_sha256, OLD.quota, OLD.household_key, OLD.secret, OLD.entropy_source,
			OLD.entropy_commitment, OLD.beacon_round, OLD.opened_at)
		OR (NEW.closes_at IS DISTINCT FROM OLD.closes_at AND (OLD.state <> 'open' OR OLD.beacon_round IS NOT NULL)) THEN
		RAISE EXCEPTION 'what wave % was opened with cannot change', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.frozen_at IS NOT NULL AND
		(NEW.snapshot_id, NEW.last_answer, NEW.last_recipient, NEW.earlier_waves, NEW.void_waves, NEW.pool_root, NEW.frozen_at, NEW.entropy_given)
		IS DISTINCT FROM
		(OLD.snapshot_id, OLD.last_answer, OLD.last_recipient, OLD.earlier_waves, OLD.void_waves, OLD.pool_root, OLD.frozen_at, OLD.entropy_given)
	THEN
		RAISE EXCEPTION 'wave % is frozen: what its draw is made of cannot change', OLD.id
			USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.seed IS NOT NULL AND (NEW.seed, NEW.beacon_signature) IS DISTINCT FROM (OLD.seed, OLD.beacon_signature) THEN
		RAISE EXCEPTION 'wave % is drawn: there is one draw a wave', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF NEW.state = 'published' AND OLD.state <> 'published' AND NOT EXISTS
		(SELECT FROM review WHERE review.wave_id = NEW.id AND (NOT review.alarm OR review.approved_at IS NOT NULL)) THEN
		RAISE EXCEPTION 'the draw of wave % was not reviewed, or raised an alarm that nobody has approved: it cannot be published', OLD.id
			USING ERRCODE = 'restrict_violation';
	END IF;
	IF NEW.state = 'published' AND OLD.state <> 'published' AND NEW.unverified_by IS NULL
		AND jsonb_path_exists(NEW.funnel, '$[*] ? (@[0] == "UNVERIFIED" && @[1] > 0)') THEN
		RAISE EXCEPTION 'wave % has applications that the registry gave no answer on, and nobody said that it is published with them', OLD.id
			USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.published_at IS NOT NULL AND NEW.published_at IS DISTINCT FROM OLD.published_at THEN
		RAISE EXCEPTION 'wave % is published: when it was cannot change', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	IF OLD.state = 'void' AND (NEW.state, NEW.voided_at, NEW.voided_by, NEW.void_reason)
		IS DISTINCT FROM (OLD.state, OLD.voided_at, OLD.voided_by, OLD.void_reason) THEN
		RAISE EXCEPTION 'wave % is void: it stays so, with its reason', OLD.id USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NEW;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_wave_part"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' AND is_frozen(OLD.wave_id) THEN
		RAISE EXCEPTION 'wave % is frozen: its % cannot change', OLD.wave_id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	IF TG_OP <> 'DELETE' AND is_frozen(NEW.wave_id) THEN
		RAISE EXCEPTION 'wave % is frozen: its % cannot change', NEW.wave_id, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;--> statement-breakpoint
CREATE FUNCTION "refuse_change_of_list"("version" integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM wave_list WHERE list_id = "version" AND is_frozen(wave_id)) THEN
		RAISE EXCEPTION 'a frozen wave was held against version % of a list: it cannot change', "version"
			USING ERRCODE = 'restrict_violation';
	END IF;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_list"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM refuse_change_of_list(OLD.id);
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_list_block"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP <> 'INSERT' THEN PERFORM refuse_change_of_list(OLD.list_id); END IF;
	IF TG_OP <> 'DELETE' THEN PERFORM refuse_change_of_list(NEW.list_id); END IF;
	RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_review"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' AND OLD.approved_at IS NULL AND NEW.report = OLD.report AND NEW.alarm = OLD.alarm
		AND NEW.wave_id = OLD.wave_id AND NEW.reviewed_at = OLD.reviewed_at THEN RETURN NEW; END IF;
	RAISE EXCEPTION 'the review of wave % stays as it is, and its approval once it is given', OLD.wave_id
		USING ERRCODE = 'restrict_violation';
END $$;--> statement-breakpoint
CREATE FUNCTION "guard_truncate"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM wave WHERE frozen_at IS NOT NULL) THEN
		RAISE EXCEPTION 'a wave is frozen: % cannot be emptied', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
	END IF;
	RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER "review_guard" BEFORE UPDATE OR DELETE ON "review" FOR EACH ROW EXECUTE FUNCTION "guard_review"();--> statement-breakpoint
CREATE TRIGGER "wave_truncate_guard" BEFORE TRUNCATE ON "wave" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "pool_truncate_guard" BEFORE TRUNCATE ON "pool" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "wave_list_truncate_guard" BEFORE TRUNCATE ON "wave_list" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "list_truncate_guard" BEFORE TRUNCATE ON "list" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "list_block_truncate_guard" BEFORE TRUNCATE ON "list_block" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "review_truncate_guard" BEFORE TRUNCATE ON "review" FOR EACH STATEMENT EXECUTE FUNCTION "guard_truncate"();--> statement-breakpoint
CREATE TRIGGER "wave_guard" BEFORE UPDATE OR DELETE ON "wave" FOR EACH ROW EXECUTE FUNCTION "guard_wave"();--> statement-breakpoint
CREATE TRIGGER "pool_guard" BEFORE INSERT OR UPDATE OR DELETE ON "pool" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"();--> statement-breakpoint
CREATE TRIGGER "wave_list_guard" BEFORE INSERT OR UPDATE OR DELETE ON "wave_list" FOR EACH ROW EXECUTE FUNCTION "guard_wave_part"();--> statement-breakpoint
CREATE TRIGGER "list_guard" BEFORE UPDATE OR DELETE ON "list" FOR EACH ROW EXECUTE FUNCTION "guard_list"();--> statement-breakpoint
CREATE TRIGGER "list_block_guard" BEFORE INSERT OR UPDATE OR DELETE ON "list_block" FOR EACH ROW EXECUTE FUNCTION "guard_list_block"();--> statement-breakpoint
INSERT INTO "installation" DEFAULT VALUES;--> statement-breakpoint
INSERT INTO "registry_service" DEFAULT VALUES;
