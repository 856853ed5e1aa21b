CREATE TABLE "evidence_digests" (
	"day" text PRIMARY KEY NOT NULL,
	"last" bigint NOT NULL,
	"digest" "bytea" NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_head" (
	"one" integer PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "evidence_leaves" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"id" text NOT NULL,
	"digest" "bytea" NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "evidence_leaf_once" UNIQUE("kind","id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"topic" text NOT NULL,
	"key" text NOT NULL,
	"body" jsonb NOT NULL,
	"at" bigint NOT NULL,
	"due" bigint NOT NULL,
	"done_at" bigint,
	"attempts" integer DEFAULT 0 NOT NULL,
	"error" text,
	CONSTRAINT "outbox_once" UNIQUE("topic","key")
);
--> statement-breakpoint
CREATE INDEX "outbox_open" ON "outbox" USING btree ("due","id") WHERE "outbox"."done_at" is null;