CREATE TABLE "application" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"nik" text collate "C" NOT NULL,
	"kk" text collate "C" NOT NULL,
	"full_name" text NOT NULL,
	"birth_date" date NOT NULL,
	"sex" text NOT NULL,
	"email" text NOT NULL,
	"phone" text NOT NULL,
	"regency_code" text collate "C" NOT NULL,
	"education" text NOT NULL,
	"in_school" boolean NOT NULL,
	"employment_status" text NOT NULL,
	"occupation" text NOT NULL,
	"disability" boolean NOT NULL,
	"email_verified_at" timestamp with time zone,
	"phone_verified_at" timestamp with time zone,
	"selfie_verified_at" timestamp with time zone,
	"test_taken_at" timestamp with time zone,
	"joined_at" timestamp with time zone NOT NULL,
	"import_id" integer NOT NULL,
	"line" bigint NOT NULL,
	CONSTRAINT "application_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no"),
	CONSTRAINT "application_nik" CHECK (length("application"."nik") = 16),
	CONSTRAINT "application_kk" CHECK (length("application"."kk") = 16),
	CONSTRAINT "application_sex" CHECK ("application"."sex" in ('L', 'P')),
	CONSTRAINT "application_regency" CHECK (length("application"."regency_code") = 4),
	CONSTRAINT "application_name" CHECK ("application"."full_name" <> '')
);
--> statement-breakpoint
CREATE TABLE "candidate" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"rank" integer NOT NULL,
	CONSTRAINT "candidate_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no"),
	CONSTRAINT "candidate_rank" UNIQUE("wave_id","rank"),
	CONSTRAINT "candidate_rank_positive" CHECK ("candidate"."rank" > 0)
);
--> statement-breakpoint
CREATE TABLE "draw" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"draw" "bytea" NOT NULL,
	CONSTRAINT "draw_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no")
);
--> statement-breakpoint
CREATE TABLE "duplicate_nik" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	CONSTRAINT "duplicate_nik_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no")
);
--> statement-breakpoint
CREATE TABLE "filter_result" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"reasons" text[] NOT NULL,
	"tier" smallint,
	CONSTRAINT "filter_result_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no"),
	CONSTRAINT "filter_result_tier" CHECK ((cardinality("filter_result"."reasons") = 0) = ("filter_result"."tier" is not null))
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
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "import_file_kind" CHECK ("import_file"."kind" in ('applicants', 'registry', 'list', 'recipients')),
	CONSTRAINT "import_file_wave" CHECK (("import_file"."kind" = 'applicants') = ("import_file"."wave_id" is not null)),
	CONSTRAINT "import_file_sums" CHECK ("import_file"."finished_at" is null or ("import_file"."sha256" is not null and "import_file"."rows_read" = "import_file"."rows_rejected" + "import_file"."rows_taken"))
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"only" boolean DEFAULT true NOT NULL,
	CONSTRAINT "installation_only_unique" UNIQUE("only"),
	CONSTRAINT "installation_only" CHECK ("installation"."only")
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
	CONSTRAINT "list_kind" CHECK ("list"."kind" in ('deny', 'priority'))
);
--> statement-breakpoint
CREATE TABLE "list_entry" (
	"list_id" integer NOT NULL,
	"nik" text collate "C" NOT NULL,
	CONSTRAINT "list_entry_list_id_nik_pk" PRIMARY KEY("list_id","nik")
);
--> statement-breakpoint
CREATE TABLE "match_result" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"found" boolean NOT NULL,
	"status" text,
	"kk_matches" boolean,
	"name_similarity" smallint,
	"birth_date_matches" boolean,
	"nik_warnings" text[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "match_result_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no"),
	CONSTRAINT "match_result_whole" CHECK ("match_result"."found" = ("match_result"."name_similarity" is not null))
);
--> statement-breakpoint
CREATE TABLE "notice" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "notice_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"channel" text NOT NULL,
	"state" text DEFAULT 'created' NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notice_once" UNIQUE("wave_id","registration_no","channel"),
	CONSTRAINT "notice_state" CHECK ("notice"."state" in ('created', 'sending', 'sent', 'failed', 'unknown'))
) WITH (fillfactor = 50);
--> statement-breakpoint
CREATE TABLE "pool" (
	"wave_id" integer NOT NULL,
	"registration_no" text collate "C" NOT NULL,
	"tier" smallint NOT NULL,
	"tickets" smallint NOT NULL,
	"household" text collate "C" NOT NULL,
	"slots" integer NOT NULL,
	"region" text collate "C" NOT NULL,
	CONSTRAINT "pool_wave_id_registration_no_pk" PRIMARY KEY("wave_id","registration_no"),
	CONSTRAINT "pool_household" CHECK (length("pool"."household") = 16 and length("pool"."region") = 2),
	CONSTRAINT "pool_sizes" CHECK ("pool"."tier" >= 0 and "pool"."tickets" >= 1 and "pool"."slots" >= 0)
);
--> statement-breakpoint
CREATE TABLE "recipient" (
	"nik" text collate "C" NOT NULL,
	"wave" integer NOT NULL,
	"kk" text collate "C" NOT NULL,
	"position" bigint GENERATED ALWAYS AS IDENTITY (sequence name "recipient_position_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	CONSTRAINT "recipient_nik_wave_pk" PRIMARY KEY("nik","wave")
);
--> statement-breakpoint
CREATE TABLE "registry" (
	"snapshot_id" integer NOT NULL,
	"nik" text collate "C" NOT NULL,
	"kk" text collate "C" NOT NULL,
	"full_name" text NOT NULL,
	"birth_date" date NOT NULL,
	"sex" text NOT NULL,
	"status" text NOT NULL,
	CONSTRAINT "registry_snapshot_id_nik_pk" PRIMARY KEY("snapshot_id","nik"),
	CONSTRAINT "registry_status" CHECK ("registry"."status" in ('ACTIVE', 'INACTIVE', 'DECEASED', 'DUPLICATE'))
) PARTITION BY LIST ("snapshot_id");
--> statement-breakpoint
CREATE TABLE "registry_snapshot" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "registry_snapshot_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"import_id" integer NOT NULL,
	"as_of" date NOT NULL,
	"people" bigint NOT NULL,
	"imported_at" timestamp with time zone DEFAULT now() NOT NULL
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
CREATE TABLE "run" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "run_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"wave_id" integer NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"host" text NOT NULL,
	"pid" integer NOT NULL,
	"attempt" smallint DEFAULT 1 NOT NULL,
	CONSTRAINT "run_once_a_wave" UNIQUE("wave_id")
);
--> statement-breakpoint
CREATE TABLE "stage" (
	"wave_id" integer NOT NULL,
	"stage" text NOT NULL,
	"parts" integer NOT NULL,
	"planned_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stage_wave_id_stage_pk" PRIMARY KEY("wave_id","stage")
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
	"started_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "step_wave_id_stage_part_pk" PRIMARY KEY("wave_id","stage","part"),
	CONSTRAINT "step_state" CHECK ("step"."state" in ('planned', 'done', 'failed')),
	CONSTRAINT "step_done_whole" CHECK (("step"."state" = 'done') = ("step"."finished_at" is not null and "step"."digest" is not null))
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
	"secret" text NOT NULL,
	"entropy_commitment" text NOT NULL,
	"entropy_given" text,
	"snapshot_id" integer,
	"last_recipient" bigint,
	"pool_root" text,
	"frozen_at" timestamp with time zone,
	"seed" text,
	"published_at" timestamp with time zone,
	"funnel" jsonb,
	CONSTRAINT "wave_id_positive" CHECK ("wave"."id" > 0),
	CONSTRAINT "wave_state" CHECK ("wave"."state" in ('open', 'closing', 'published')),
	CONSTRAINT "wave_quota" CHECK ("wave"."quota" >= 0),
	CONSTRAINT "wave_household_key" CHECK (length("wave"."household_key") = 32),
	CONSTRAINT "wave_seed_after_freeze" CHECK ("wave"."seed" is null or "wave"."pool_root" is not null),
	CONSTRAINT "wave_published_whole" CHECK (("wave"."state" = 'published') = ("wave"."published_at" is not null)),
	CONSTRAINT "wave_published_drawn" CHECK ("wave"."state" <> 'published' or "wave"."seed" is not null)
);
--> statement-breakpoint
CREATE TABLE "wave_list" (
	"wave_id" integer NOT NULL,
	"list_id" integer NOT NULL,
	CONSTRAINT "wave_list_wave_id_list_id_pk" PRIMARY KEY("wave_id","list_id")
);
--> statement-breakpoint
ALTER TABLE "import_file" ADD CONSTRAINT "import_file_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list" ADD CONSTRAINT "list_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "list_entry" ADD CONSTRAINT "list_entry_list_id_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."list"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "registry_snapshot" ADD CONSTRAINT "registry_snapshot_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reject" ADD CONSTRAINT "reject_import_id_import_file_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."import_file"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "run" ADD CONSTRAINT "run_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stage" ADD CONSTRAINT "stage_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "step" ADD CONSTRAINT "step_wave_id_stage_stage_wave_id_stage_fk" FOREIGN KEY ("wave_id","stage") REFERENCES "public"."stage"("wave_id","stage") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave" ADD CONSTRAINT "wave_snapshot_id_registry_snapshot_id_fk" FOREIGN KEY ("snapshot_id") REFERENCES "public"."registry_snapshot"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave_list" ADD CONSTRAINT "wave_list_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wave_list" ADD CONSTRAINT "wave_list_list_id_list_id_fk" FOREIGN KEY ("list_id") REFERENCES "public"."list"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "import_file_once_a_wave" ON "import_file" USING btree ("wave_id","sha256") WHERE "import_file"."kind" = 'applicants' and "import_file"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "list_newest" ON "list" USING btree ("name","id");--> statement-breakpoint
CREATE VIEW "public"."outcome" AS (
  select judged.wave_id, judged.registration_no,
    case when judged.tier is null then 'INELIGIBLE'
      when drawn.rank is null then 'HOUSEHOLD_CAP'
      when drawn.rank <= wave.quota then 'ACCEPTED'
      else 'NOT_DRAWN' end as outcome,
    judged.reasons, judged.tier, drawn.rank
  from wave
    join filter_result judged on judged.wave_id = wave.id
    left join candidate drawn on drawn.wave_id = judged.wave_id and drawn.registration_no = judged.registration_no
  where wave.state = 'published');--> statement-breakpoint
INSERT INTO "installation" DEFAULT VALUES;
