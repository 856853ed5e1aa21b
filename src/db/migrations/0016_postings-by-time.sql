-- Postings are only added to; this once each is given the time of its entry.
ALTER TABLE "postings" ADD COLUMN "at" bigint;--> statement-breakpoint
ALTER TABLE "postings" DISABLE TRIGGER "postings_append_only";--> statement-breakpoint
UPDATE "postings" SET "at" = "entries"."at" FROM "entries" WHERE "entries"."id" = "postings"."entry";--> statement-breakpoint
ALTER TABLE "postings" ENABLE TRIGGER "postings_append_only";--> statement-breakpoint
ALTER TABLE "postings" ALTER COLUMN "at" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "postings_by_time" ON "postings" USING btree ("account","currency","at","amount");
