CREATE TABLE "gateway" (
	"channel" text PRIMARY KEY NOT NULL,
	"next_at" timestamp with time zone DEFAULT now() NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"rests_until" timestamp with time zone,
	"rests_for" text,
	CONSTRAINT "gateway_channel" CHECK ("gateway"."channel" in ('email', 'sms'))
);
--> statement-breakpoint
CREATE TABLE "sending" (
	"wave_id" integer NOT NULL,
	"channel" text NOT NULL,
	"readers" text NOT NULL,
	"paused_at" timestamp with time zone,
	"paused_by" text,
	"pause_reason" text,
	CONSTRAINT "sending_wave_id_channel_pk" PRIMARY KEY("wave_id","channel"),
	CONSTRAINT "sending_channel" CHECK ("sending"."channel" in ('file', 'email', 'sms')),
	CONSTRAINT "sending_readers" CHECK ("sending"."readers" in ('accepted', 'all')),
	CONSTRAINT "sending_pause_whole" CHECK (("sending"."paused_at" is null) = ("sending"."paused_by" is null))
);
--> statement-breakpoint
CREATE TABLE "wording" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "wording_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"channel" text NOT NULL,
	"sha256" text NOT NULL,
	"texts" jsonb NOT NULL,
	"first_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "wording_once" UNIQUE("channel","sha256"),
	CONSTRAINT "wording_channel" CHECK ("wording"."channel" in ('file', 'email', 'sms'))
);
--> statement-breakpoint
ALTER TABLE "request" DROP CONSTRAINT "request_action";--> statement-breakpoint
ALTER TABLE "notice" DROP CONSTRAINT "notice_state";--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "attempts" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "part" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "wording" integer;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "notice" ADD COLUMN "reference" text;--> statement-breakpoint
ALTER TABLE "sending" ADD CONSTRAINT "sending_wave_id_wave_id_fk" FOREIGN KEY ("wave_id") REFERENCES "public"."wave"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notice_reference" ON "notice" USING btree ("channel","reference") WHERE "notice"."reference" is not null;--> statement-breakpoint
ALTER TABLE "request" ADD CONSTRAINT "request_action" CHECK ("request"."action" in ('list.release', 'list.discard', 'review.approve', 'wave.close.unverified', 'wave.void', 'export.unmasked', 'notices.addresses'));--> statement-breakpoint
ALTER TABLE "notice" ADD CONSTRAINT "notice_state" CHECK ("notice"."state" in ('created', 'sending', 'sent', 'delivered', 'failed', 'unknown'));--> statement-breakpoint
INSERT INTO "gateway" ("channel") VALUES ('email'), ('sms');