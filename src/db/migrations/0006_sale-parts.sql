ALTER TABLE "payments" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "sales" ADD COLUMN "cut" bigint;