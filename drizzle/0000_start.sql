CREATE TABLE "audit" (
	"number" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"operator" text,
	"login" text NOT NULL,
	"account" text NOT NULL,
	"host" text NOT NULL,
	"process" integer NOT NULL,
	"address" text,
	"action" text NOT NULL,
	"outcome" text NOT NULL,
	"began" bigint,
	"code" text,
	"subject" text NOT NULL,
	"reason" text,
	"previous" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_outcome" CHECK ("audit"."outcome" in ('begun', 'done', 'asked', 'refused', 'interrupted', 'failed')),
	CONSTRAINT "audit_began" CHECK ("audit"."began" is null or ("audit"."began" < "audit"."number" and "audit"."outcome" <> 'begun')),
	CONSTRAINT "audit_subject" CHECK ("audit"."subject" is json object with unique keys)
);
--> statement-breakpoint
CREATE TABLE "request" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "request_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"asked_by" text NOT NULL,
	"asked_login" text NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"reason" text,
	"decision" text,
	"decided_by" text,
	"decided_login" text,
	"decided_at" timestamp with time zone,
	"decision_reason" text,
	"used_at" timestamp with time zone,
	CONSTRAINT "request_action" CHECK ("request"."action" in ('list.release', 'list.discard', 'review.approve', 'wave.close.unverified', 'wave.void', 'export.unmasked')),
	CONSTRAINT "request_subject" CHECK ("request"."subject" is json object with unique keys),
	CONSTRAINT "request_decision" CHECK ("request"."decision" in ('approved', 'refused')),
	CONSTRAINT "request_decided_whole" CHECK (num_nulls("request"."decision", "request"."decided_by", "request"."decided_login", "request"."decided_at") in (0, 4)),
	CONSTRAINT "request_refused_why" CHECK ("request"."decision" <> 'refused' or "request"."decision_reason" is not null),
	CONSTRAINT "request_used_approved" CHECK ("request"."used_at" is null or "request"."decision" = 'approved')
);
--> statement-breakpoint
CREATE TABLE "application_block" (
	"wave_id" integer NOT NULL,
	"import_id" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"position" integer NOT NULL,
	"rows" integer NOT NULL,
	"numbers" "bytea" NOT NULL,
	"columns" "bytea" NOT NULL,
	"lines" "bytea" NOT NULL,
	CONSTRAINT "application_block_wave_id_bucket_import_id_position_pk" PRIMARY KEY("wave_id","bucket","import_id","position"),
	CONSTRAINT "application_block_rows" CHECK ("application_block"."rows" > 0)
);
--> statement-breakpoint
CREATE TABLE "import_file" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "import_file_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"wave_id" integer,
	"file_name" text NOT NULL,
	"path" text NOT NULL,
	"sha256" text,
	"bytes" bigint NOT NULL,
	"rows_read" bigint,
	"rows_rejected" bigint,
	"rows_taken" bigint,
	"rows_normalised" bigint,
	"tally" "bytea",
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "import_file_kind" CHECK ("import_file"."kind" in ('applicants', 'registry', 'answers', 'list', 'recipients')),
	CONSTRAINT "import_file_wave" CHECK (("import_file"."kind" = 'applicants') = ("import_file"."wave_id" is not null)),
	CONSTRAINT "import_file_sums" CHECK ("import_file"."finished_at" is null or ("import_file"."sha256" is not null and "import_file"."rows_read" = "import_file"."rows_rejected" + "import_file"."rows_taken")),
	CONSTRAINT "import_file_tally" CHECK ("import_file"."kind" <> 'applicants' or "import_file"."finished_at" is null or "import_file"."tally" is not null)
);
--> statement-breakpoint
CREATE TABLE "reject" (
	"import_id" integer NOT NULL,
	"line" bigint NOT NULL,
	"position" smallint NOT NULL,
	"registration_no" text NOT NULL,
	"column_name" text NOT NULL,
	"code" text NOT NULL,
	"message" text NOT NULL,
	CONSTRAINT "reject_import_id_line_position_pk" PRIMARY KEY("import_id","line","position")
);
--> statement-breakpoint
CREATE TABLE "data_key" (
	"id" integer PRIMARY KEY NOT NULL,
	"purpose" text NOT NULL,
	"master_id" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"made_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_key_purpose" CHECK ("data_key"."purpose" in ('seal', 'question'))
);
--> statement-breakpoint
CREATE TABLE "lease" (
	"wave_id" integer NOT NULL,
	"stage" text NOT NULL,
	"part" integer NOT NULL,
	"token" integer GENERATED ALWAYS AS IDENTITY (sequence name "lease_token_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"worker" uuid,
	"host" text,
	"pid" integer,
	"backend_pid" integer,
	"claimed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"renewed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "lease_wave_id_stage_part_pk" PRIMARY KEY("wave_id","stage","part")
);
--> statement-breakpoint
CREATE TABLE "worker" (
	"id" uuid PRIMARY KEY NOT NULL,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"machine" text,
	"slots" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_step_at" timestamp with time zone,
	"idle_since" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "list" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "list_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"name" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"source" text NOT NULL,
	"listed_on" date,
	"import_id" integer NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	"imported_by" text NOT NULL,
	"entries" integer NOT NULL,
	"held_for" text,
	"tally" "bytea",
	"decision" text,
	"decided_at" timestamp with time zone,
	"decided_by" text,
	CONSTRAINT "list_kind" CHECK ("list"."kind" in ('deny', 'priority')),
	CONSTRAINT "list_decision" CHECK ("list"."decision" is null or ("list"."decision" in ('released', 'discarded') and "list"."held_for" is not null)),
	CONSTRAINT "list_decided_whole" CHECK (("list"."decision" is null) = ("list"."decided_at" is null) and ("list"."decision" is null) = ("list"."decided_by" is null))
);
--> statement-breakpoint
CREATE TABLE "list_block" (
	"list_id" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"entries" integer NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "list_block_list_id_bucket_pk" PRIMARY KEY("list_id","bucket")
);
--> statement-breakpoint
CREATE TABLE "recipient_block" (
	"bucket" smallint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "recipient_block_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"published_by" integer NOT NULL,
	"rows" integer NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "recipient_block_bucket_id_pk" PRIMARY KEY("bucket","id"),
	CONSTRAINT "recipient_block_rows" CHECK ("recipient_block"."rows" > 0)
);
--> statement-breakpoint
CREATE TABLE "recipient_tally" (
	"after" bigint PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL,
	"published_by" integer NOT NULL,
	"tally" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wave_list" (
	"wave_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	CONSTRAINT "wave_list_wave_id_list_id_pk" PRIMARY KEY("wave_id","list_id")
);
--> statement-breakpoint
CREATE TABLE "reader_region" (
	"role" text NOT NULL,
	"province" smallint NOT NULL,
	CONSTRAINT "reader_region_role_province_pk" PRIMARY KEY("role","province"),
	CONSTRAINT "reader_region_province" CHECK ("reader_region"."province" = 0 or "reader_region"."province" between 11 and 99)
);
--> statement-breakpoint
CREATE TABLE "answer" (
	"bucket" smallint NOT NULL,
	"id" bigint GENERATED ALWAYS AS IDENTITY (sequence name "answer_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"asked" "bytea" NOT NULL,
	"answered_at" timestamp with time zone NOT NULL,
	"code" text NOT NULL,
	"status" smallint NOT NULL,
	"kk_matches" boolean,
	"birth_date_matches" boolean,
	"name_similarity" smallint,
	CONSTRAINT "answer_bucket_id_pk" PRIMARY KEY("bucket","id"),
	CONSTRAINT "answer_asked" CHECK (length("answer"."asked") = 32),
	CONSTRAINT "answer_status" CHECK ("answer"."status" between 0 and 4),
	CONSTRAINT "answer_similarity" CHECK ("answer"."name_similarity" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "asking" (
	"wave_id" integer PRIMARY KEY NOT NULL,
	"questions" integer NOT NULL,
	"reused" integer NOT NULL,
	"answered" integer NOT NULL,
	"not_asked" integer NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"rate" double precision,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"stops" integer DEFAULT 0 NOT NULL,
	"ended_for" text
);
--> statement-breakpoint
CREATE TABLE "question_block" (
	"file_id" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"niks" integer NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "question_block_bucket_file_id_pk" PRIMARY KEY("bucket","file_id")
);
--> statement-breakpoint
CREATE TABLE "question_file" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "question_file_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"wave_id" integer NOT NULL,
	"file_name" text NOT NULL,
	"sha256" text NOT NULL,
	"niks" integer NOT NULL,
	"asked_at" timestamp with time zone DEFAULT now() NOT NULL,
	"asked_by" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "registry_block" (
	"snapshot_id" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"position" integer NOT NULL,
	"people" integer NOT NULL,
	"niks" "bytea" NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "registry_block_snapshot_id_bucket_position_pk" PRIMARY KEY("snapshot_id","bucket","position")
);
--> statement-breakpoint
CREATE TABLE "registry_service" (
	"only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"calls_left" integer,
	"calls_left_at" timestamp with time zone,
	"paused_until" timestamp with time zone,
	"paused_for" text,
	"quiet_since" timestamp with time zone,
	CONSTRAINT "registry_service_only" CHECK ("registry_service"."only"),
	CONSTRAINT "registry_service_paused_whole" CHECK (("registry_service"."paused_until" is null) = ("registry_service"."paused_for" is null))
);
--> statement-breakpoint
CREATE TABLE "registry_snapshot" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registry_snapshot_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"kind" text DEFAULT 'whole' NOT NULL,
	"import_id" integer NOT NULL,
	"as_of" date NOT NULL,
	"people" bigint NOT NULL,
	"tally" "bytea",
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL,
	"dropped_at" timestamp with time zone,
	"dropped_by" text,
	CONSTRAINT "registry_snapshot_kind" CHECK ("registry_snapshot"."kind" in ('whole', 'answers')),
	CONSTRAINT "registry_snapshot_dropped_whole" CHECK (("registry_snapshot"."dropped_at" is null) = ("registry_snapshot"."dropped_by" is null))
);
--> statement-breakpoint
CREATE TABLE "cutoff" (
	"wave_id" integer NOT NULL,
	"tier" integer NOT NULL,
	"region" smallint NOT NULL,
	"candidates" integer NOT NULL,
	"accepted" integer NOT NULL,
	"chance" double precision NOT NULL,
	CONSTRAINT "cutoff_wave_id_tier_region_pk" PRIMARY KEY("wave_id","tier","region"),
	CONSTRAINT "cutoff_accepted" CHECK ("cutoff"."accepted" between 0 and "cutoff"."candidates"),
	CONSTRAINT "cutoff_chance" CHECK ("cutoff"."chance" between 0 and 1)
);
--> statement-breakpoint
CREATE TABLE "decision_block" (
	"wave_id" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"source" integer NOT NULL,
	"rows" integer NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "decision_block_wave_id_bucket_source_pk" PRIMARY KEY("wave_id","bucket","source"),
	CONSTRAINT "decision_block_rows" CHECK ("decision_block"."rows" > 0)
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"channel" text NOT NULL,
	"state" text NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notice_wave_id_registration_no_channel_pk" PRIMARY KEY("wave_id","registration_no","channel"),
	CONSTRAINT "notice_state" CHECK ("notice"."state" in ('created', 'sending', 'sent', 'failed', 'unknown'))
);
--> statement-breakpoint
CREATE TABLE "pool" (
	"wave_id" integer NOT NULL,
	"part" integer NOT NULL,
	"lines" "bytea" NOT NULL,
	"subtrees" jsonb NOT NULL,
	"bounds" "bytea" NOT NULL,
	CONSTRAINT "pool_wave_id_part_pk" PRIMARY KEY("wave_id","part")
);
--> statement-breakpoint
CREATE TABLE "result_block" (
	"wave_id" integer NOT NULL,
	"part" integer NOT NULL,
	"position" integer NOT NULL,
	"lower" text collate "C",
	"upper" text collate "C",
	"rows" integer NOT NULL,
	"lines" "bytea" NOT NULL,
	"hidden" "bytea" NOT NULL,
	"regions" "bytea" NOT NULL,
	CONSTRAINT "result_block_wave_id_part_position_pk" PRIMARY KEY("wave_id","part","position"),
	CONSTRAINT "result_block_rows" CHECK ("result_block"."rows" >= 0)
);
--> statement-breakpoint
CREATE TABLE "run" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"wave_id" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"attempt" smallint DEFAULT 1 NOT NULL,
	"parts" smallint NOT NULL,
	CONSTRAINT "run_once_a_wave" UNIQUE("wave_id")
);
--> statement-breakpoint
CREATE TABLE "stage" (
	"wave_id" integer NOT NULL,
	"stage" text NOT NULL,
	"parts" integer NOT NULL,
	"planned_at" timestamp with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp with time zone,
	CONSTRAINT "stage_wave_id_stage_pk" PRIMARY KEY("wave_id","stage")
);
--> statement-breakpoint
CREATE TABLE "stage_block" (
	"wave_id" integer NOT NULL,
	"name" text NOT NULL,
	"target" integer NOT NULL,
	"source" integer NOT NULL,
	"position" integer NOT NULL,
	"rows" integer NOT NULL,
	"columns" "bytea" NOT NULL,
	CONSTRAINT "stage_block_wave_id_name_target_source_position_pk" PRIMARY KEY("wave_id","name","target","source","position")
);
--> statement-breakpoint
CREATE TABLE "step" (
	"wave_id" integer NOT NULL,
	"stage" text NOT NULL,
	"part" integer NOT NULL,
	"lower" text collate "C",
	"upper" text collate "C",
	"state" text DEFAULT 'planned' NOT NULL,
	"counts" jsonb,
	"digest" text,
	"attempts" smallint DEFAULT 0 NOT NULL,
	"error" text,
	"next" text,
	"retry_at" timestamp with time zone,
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "step_wave_id_stage_part_pk" PRIMARY KEY("wave_id","stage","part"),
	CONSTRAINT "step_state" CHECK ("step"."state" in ('planned', 'done', 'failed')),
	CONSTRAINT "step_done_whole" CHECK (("step"."state" = 'done') = ("step"."finished_at" is not null and "step"."digest" is not null))
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"only" boolean DEFAULT true NOT NULL,
	"people" text DEFAULT 'unset' NOT NULL,
	CONSTRAINT "installation_only_unique" UNIQUE("only"),
	CONSTRAINT "installation_only" CHECK ("installation"."only"),
	CONSTRAINT "installation_people" CHECK ("installation"."people" in ('unset', 'one', 'two'))
);
--> statement-breakpoint
CREATE TABLE "review" (
	"wave_id" integer PRIMARY KEY NOT NULL,
	"report" jsonb NOT NULL,
	"alarm" boolean NOT NULL,
	"reviewed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"approved_at" timestamp with time zone,
	"approved_by" text,
	"approval_reason" text,
	CONSTRAINT "review_approved_whole" CHECK (("review"."approved_at" is null) = ("review"."approved_by" is null) and ("review"."approved_at" is null) = ("review"."approval_reason" is null))
);
--> statement-breakpoint
CREATE TABLE "wave" (
	"id" integer PRIMARY KEY NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"policy" text NOT NULL,
	"policy_sha256" text NOT NULL,
	"quota" integer NOT NULL,
	"closes_at" timestamp with time zone,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"household_key" "bytea" NOT NULL,
	"entropy_source" text NOT NULL,
	"secret" "bytea",
	"entropy_commitment" text,
	"entropy_given" text,
	"beacon_round" bigint,
	"beacon_signature" text,
	"snapshot_id" integer,
	"last_answer" bigint,
	"unverified_by" text,
	"unverified_at" timestamp with time zone,
	"last_recipient" bigint,
	"earlier_waves" integer[],
	"void_waves" integer[],
	"pool_root" text,
	"frozen_at" timestamp with time zone,
	"seed" text,
	"published_at" timestamp with time zone,
	"notices_held" boolean DEFAULT false NOT NULL,
	"funnel" jsonb,
	"voided_at" timestamp with time zone,
	"voided_by" text,
	"void_reason" text,
	"audit_entry" bigint,
	"audit_sha256" text,
	"people" text,
	CONSTRAINT "wave_id_positive" CHECK ("wave"."id" > 0),
	CONSTRAINT "wave_state" CHECK ("wave"."state" in ('open', 'closing', 'published', 'void')),
	CONSTRAINT "wave_entropy_source" CHECK ("wave"."entropy_source" in ('secret', 'drand:quicknet')),
	CONSTRAINT "wave_secret_committed" CHECK (("wave"."entropy_source" = 'secret') = ("wave"."secret" is not null and "wave"."entropy_commitment" is not null)),
	CONSTRAINT "wave_round_named" CHECK (("wave"."entropy_source" <> 'secret') = ("wave"."beacon_round" is not null)),
	CONSTRAINT "wave_beacon_of_round" CHECK ("wave"."beacon_signature" is null or "wave"."beacon_round" is not null),
	CONSTRAINT "wave_void_whole" CHECK (("wave"."state" = 'void') = ("wave"."voided_at" is not null and "wave"."voided_by" is not null and "wave"."void_reason" is not null)),
	CONSTRAINT "wave_quota" CHECK ("wave"."quota" >= 0),
	CONSTRAINT "wave_unverified_whole" CHECK (("wave"."unverified_by" is null) = ("wave"."unverified_at" is null)),
	CONSTRAINT "wave_household_key" CHECK (length("wave"."household_key") >= 32),
	CONSTRAINT "wave_seed_after_freeze" CHECK ("wave"."seed" is null or "wave"."pool_root" is not null),
	CONSTRAINT "wave_published_whole" CHECK ("wave"."state" = 'void' or ("wave"."state" = 'published') = ("wave"."published_at" is not null)),
	CONSTRAINT "wave_audit_whole" CHECK (("wave"."audit_entry" is null) = ("wave"."audit_sha256" is null)),
	CONSTRAINT "wave_people" CHECK ("wave"."people" in ('one', 'two')),
	CONSTRAINT "wave_published_drawn" CHECK ("wave"."state" <> 'published' or "wave"."seed" is not null)
);
--> statement-breakpoint
ALTER TABLE "import_file" ADD CONSTRAINT "import_file_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reject" ADD CONSTRAINT "reject_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list" ADD CONSTRAINT "list_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_block" ADD CONSTRAINT "list_block_list_id_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."list"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave_list" ADD CONSTRAINT "wave_list_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave_list" ADD CONSTRAINT "wave_list_list_id_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."list"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_block" ADD CONSTRAINT "question_block_file_id_question_file_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."question_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "question_file" ADD CONSTRAINT "question_file_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_block" ADD CONSTRAINT "registry_block_snapshot_id_registry_snapshot_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."registry_snapshot"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_snapshot" ADD CONSTRAINT "registry_snapshot_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run" ADD CONSTRAINT "run_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stage" ADD CONSTRAINT "stage_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step" ADD CONSTRAINT "step_wave_id_stage_stage_wave_id_stage_fk" FOREIGN KEY ("wave_id","stage") REFERENCES "public"."stage"("wave_id","stage") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave" ADD CONSTRAINT "wave_snapshot_id_registry_snapshot_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."registry_snapshot"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "request_open_once" ON "request" USING btree ("action","subject","asked_by","asked_login") WHERE "request"."decision" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "import_file_once_a_wave" ON "import_file" USING btree ("wave_id","sha256") WHERE "import_file"."kind" = 'applicants' and "import_file"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "list_newest" ON "list" USING btree ("name","id");--> statement-breakpoint
CREATE UNIQUE INDEX "wave_pool_root_once" ON "wave" USING btree ("pool_root") WHERE "wave"."pool_root" <> 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';