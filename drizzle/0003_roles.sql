CREATE SCHEMA "analyst";--> statement-breakpoint
-- The one place that says where masked identity and province of a result come from: all that analysts see is made of it.
CREATE VIEW "outcome_by_province" AS
	SELECT wave_id, registration_no, nik, region::smallint AS province, outcome, reasons, tier, rank FROM outcome;--> statement-breakpoint
-- By the login as well as by the role that was taken on: a member of the group may take on its name.
CREATE VIEW "shown_province" AS
	SELECT province FROM reader_region WHERE role IN (session_user::text, current_user::text);--> statement-breakpoint
-- 0 stands for all provinces; whoever has none sees nobody.
CREATE VIEW "analyst"."outcome" WITH (security_barrier) AS
	SELECT wave_id, registration_no, nik, province, outcome, reasons, tier, rank
	FROM public.outcome_by_province
	WHERE 0 IN (SELECT province FROM public.shown_province) OR province IN (SELECT province FROM public.shown_province);--> statement-breakpoint
CREATE VIEW "analyst"."wave" WITH (security_barrier) AS
	SELECT id, state, policy_sha256, quota, opened_at, closes_at, frozen_at, published_at, voided_at, pool_root, seed
	FROM public.wave;--> statement-breakpoint
CREATE VIEW "analyst"."funnel" WITH (security_barrier) AS
	SELECT wave.id AS wave_id, step.place::integer AS place, step.of_wave ->> 0 AS step, (step.of_wave ->> 1)::bigint AS count
	FROM public.wave, jsonb_array_elements(wave.funnel) WITH ORDINALITY AS step (of_wave, place)
	WHERE wave.state = 'published';--> statement-breakpoint
CREATE VIEW "analyst"."cutoff" WITH (security_barrier) AS
	SELECT cutoff.wave_id, cutoff.tier, cutoff.region, cutoff.candidates, cutoff.accepted, cutoff.chance
	FROM public.cutoff JOIN public.wave ON wave.id = cutoff.wave_id AND wave.state = 'published'
	WHERE 0 IN (SELECT province FROM public.shown_province) OR cutoff.region IN (SELECT province FROM public.shown_province);--> statement-breakpoint
-- A step may be taken over from another operator's login, whose sessions an ordinary login cannot end by itself.
CREATE FUNCTION "end_session"("process" integer, "longest" bigint) RETURNS boolean
	LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce(bool_and(pg_terminate_backend(session.pid, longest)), false)
	FROM pg_stat_activity AS session JOIN pg_roles AS login ON login.oid = session.usesysid
	WHERE session.pid = process AND session.datname = current_database() AND NOT login.rolsuper
		AND EXISTS (SELECT FROM pg_roles AS worker
			WHERE worker.rolname = 'gelombang_worker' AND pg_has_role(login.oid, worker.oid, 'MEMBER'))
$$;--> statement-breakpoint
REVOKE ALL ON FUNCTION "end_session" FROM PUBLIC;
