CREATE TABLE "invoice_lines" (
	"invoice" text NOT NULL,
	"receipt" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "invoice_lines_invoice_receipt_pk" PRIMARY KEY("invoice","receipt")
);
--> statement-breakpoint
CREATE TABLE "invoice_steps" (
	"invoice" text NOT NULL,
	"step" integer NOT NULL,
	"kind" text NOT NULL,
	"official" text,
	"day" text NOT NULL,
	"reason" text NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL,
	CONSTRAINT "invoice_steps_invoice_step_pk" PRIMARY KEY("invoice","step"),
	CONSTRAINT "invoice_steps_official" UNIQUE("official")
);
--> statement-breakpoint
CREATE TABLE "invoices" (
	"number" text PRIMARY KEY NOT NULL,
	"customer" text NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"tax_number" text,
	"email" text,
	"address" text NOT NULL,
	"phone" text NOT NULL,
	"bank" text NOT NULL,
	"amount" bigint NOT NULL,
	"currency" text NOT NULL,
	"actor" text NOT NULL,
	"at" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "invoice_lines_by_receipt" ON "invoice_lines" USING btree ("receipt");--> statement-breakpoint
CREATE INDEX "invoices_by_customer" ON "invoices" USING btree ("customer","number");