CREATE TABLE "approvals" (
	"agreement" text NOT NULL,
	"month" text NOT NULL,
	"revision" integer NOT NULL,
	"step" integer NOT NULL,
	"kind" text NOT NULL,
	"by" text NOT NULL,
	"name" text NOT NULL,
	"reason" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "approvals_agreement_month_revision_step_pk" PRIMARY KEY("agreement","month","revision","step")
);
--> statement-breakpoint
CREATE TABLE "limits" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "limits_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"review_days" integer NOT NULL,
	"amounts" jsonb NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "statements" ADD COLUMN "due_at" bigint;--> statement-breakpoint
ALTER TABLE "statements" ADD COLUMN "approvers" integer NOT NULL DEFAULT 0;--> statement-breakpoint
UPDATE "statements" SET "due_at" = "made_at";--> statement-breakpoint
ALTER TABLE "statements" ALTER COLUMN "due_at" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "statements" ALTER COLUMN "approvers" DROP DEFAULT;--> statement-breakpoint
CREATE INDEX "statements_drafts" ON "statements" USING btree ("due_at","agreement","month","revision") WHERE "statements"."posted_at" is null;