-- create the extension for vectors
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
-- create "agents" table
CREATE TABLE "public"."agents" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "enabled" boolean NOT NULL DEFAULT true, "server_id" uuid NULL, "name" text NOT NULL, "username" text NULL, "system" text NULL DEFAULT '', "bio" jsonb NULL DEFAULT '[]', "message_examples" jsonb NOT NULL DEFAULT '[]', "post_examples" jsonb NOT NULL DEFAULT '[]', "topics" jsonb NOT NULL DEFAULT '[]', "adjectives" jsonb NOT NULL DEFAULT '[]', "knowledge" jsonb NOT NULL DEFAULT '[]', "plugins" jsonb NOT NULL DEFAULT '[]', "settings" jsonb NOT NULL DEFAULT '{}', "style" jsonb NOT NULL DEFAULT '{}', PRIMARY KEY ("id"));
-- create "cache" table
CREATE TABLE "public"."cache" ("created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "key" text NOT NULL, "value" jsonb NOT NULL, "expires_at" timestamptz NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("key", "agent_id"), CONSTRAINT "cache_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "idx_cache_agent" to table: "cache"
CREATE INDEX "idx_cache_agent" ON "public"."cache" ("agent_id");
-- create index "idx_cache_expires" to table: "cache"
CREATE INDEX "idx_cache_expires" ON "public"."cache" ("expires_at") WHERE expires_at IS NOT NULL;
-- create "message_servers" table
CREATE TABLE "public"."message_servers" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "source_type" text NOT NULL, "source_id" text NULL, "metadata" jsonb NULL, PRIMARY KEY ("id"));
-- create "channels" table
CREATE TABLE "public"."channels" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "type" text NOT NULL, "source_type" text NULL, "source_id" text NULL, "topic" text NULL, "metadata" jsonb NULL, "message_server_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "channels_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE, CONSTRAINT "channels_type_check" CHECK (type IN ('SELF', 'DM', 'GROUP', 'VOICE_DM', 'VOICE_GROUP', 'FEED', 'THREAD', 'WORLD', 'FORUM', 'API')));
-- create index "idx_channels_server_type_name" to table: "channels"
CREATE INDEX "idx_channels_server_type_name" ON "public"."channels" ("message_server_id", "type", "name");
-- create "channel_participants" table
CREATE TABLE "public"."channel_participants" ("entity_id" uuid NOT NULL, "created_at" timestamptz NOT NULL DEFAULT now(), "channel_id" uuid NOT NULL, PRIMARY KEY ("channel_id", "entity_id"), CONSTRAINT "channel_participants_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE);
-- create index "idx_channel_participants_entity" to table: "channel_participants"
CREATE INDEX "idx_channel_participants_entity" ON "public"."channel_participants" ("entity_id");
-- create "worlds" table
CREATE TABLE "public"."worlds" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "metadata" jsonb NULL, "message_server_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "worlds_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "idx_worlds_agent" to table: "worlds"
CREATE INDEX "idx_worlds_agent" ON "public"."worlds" ("agent_id");
-- create "rooms" table
CREATE TABLE "public"."rooms" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "source" text NOT NULL, "type" text NOT NULL, "message_server_id" uuid NULL, "name" text NULL, "metadata" jsonb NULL, "channel_id" text NULL, "agent_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "rooms_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "rooms_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL, CONSTRAINT "rooms_type_check" CHECK (type IN ('SELF', 'DM', 'GROUP', 'VOICE_DM', 'VOICE_GROUP', 'FEED', 'THREAD', 'WORLD', 'FORUM', 'API')));
-- create index "idx_rooms_agent" to table: "rooms"
CREATE INDEX "idx_rooms_agent" ON "public"."rooms" ("agent_id");
-- create index "idx_rooms_world" to table: "rooms"
CREATE INDEX "idx_rooms_world" ON "public"."rooms" ("world_id");
-- create "entities" table
CREATE TABLE "public"."entities" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "names" text[] NOT NULL DEFAULT '{}', "metadata" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "entities_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "idx_entities_agent" to table: "entities"
CREATE INDEX "idx_entities_agent" ON "public"."entities" ("agent_id");
-- create index "idx_entities_names" to table: "entities"
CREATE INDEX "idx_entities_names" ON "public"."entities" USING GIN ("names");
-- create "components" table
CREATE TABLE "public"."components" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "data" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, "world_id" uuid NULL, "source_entity_id" uuid NULL, "entity_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "components_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "components_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "components_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE, CONSTRAINT "components_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "components_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE);
-- create index "idx_components_entity_type" to table: "components"
CREATE INDEX "idx_components_entity_type" ON "public"."components" ("entity_id", "type");
-- create index "idx_components_agent" to table: "components"
CREATE INDEX "idx_components_agent" ON "public"."components" ("agent_id");
-- create index "idx_components_room" to table: "components"
CREATE INDEX "idx_components_room" ON "public"."components" ("room_id");
-- create index "idx_components_world" to table: "components"
CREATE INDEX "idx_components_world" ON "public"."components" ("world_id");
-- create index "idx_components_source_entity" to table: "components"
CREATE INDEX "idx_components_source_entity" ON "public"."components" ("source_entity_id");
-- create "memories" table
CREATE TABLE "public"."memories" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "content" jsonb NOT NULL, "unique" boolean NOT NULL DEFAULT true, "metadata" jsonb NOT NULL DEFAULT '{}', "entity_id" uuid NULL, "agent_id" uuid NOT NULL, "room_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "memories_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "memories_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "memories_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "memories_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL, CONSTRAINT "document_metadata_check" CHECK (CASE WHEN metadata ->> 'type' = 'document' THEN metadata ? 'timestamp' ELSE true END), CONSTRAINT "fragment_metadata_check" CHECK (CASE WHEN metadata ->> 'type' = 'fragment' THEN metadata ? 'documentId' AND metadata ? 'position' ELSE true END));
-- create index "idx_memories_agent_type_created" to table: "memories"
CREATE INDEX "idx_memories_agent_type_created" ON "public"."memories" ("agent_id", "type", "created_at" DESC, "id" DESC);
-- create index "idx_memories_room_type_created" to table: "memories"
CREATE INDEX "idx_memories_room_type_created" ON "public"."memories" ("room_id", "type", "created_at" DESC, "id" DESC);
-- create index "idx_memories_world_type_created" to table: "memories"
CREATE INDEX "idx_memories_world_type_created" ON "public"."memories" ("world_id", "type", "created_at" DESC, "id" DESC);
-- create index "idx_memories_entity_type_created" to table: "memories"
CREATE INDEX "idx_memories_entity_type_created" ON "public"."memories" ("entity_id", "type", "created_at" DESC, "id" DESC);
-- create index "idx_memories_fragments" to table: "memories"
CREATE INDEX "idx_memories_fragments" ON "public"."memories" ((metadata ->> 'documentId'), (metadata -> 'position')) WHERE metadata ->> 'documentId' IS NOT NULL;
-- create "embeddings" table
CREATE TABLE "public"."embeddings" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "dim_384" vector(384) NULL, "dim_512" vector(512) NULL, "dim_768" vector(768) NULL, "dim_1024" vector(1024) NULL, "dim_1536" vector(1536) NULL, "dim_3072" vector(3072) NULL, "memory_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "embeddings_memory_id_memories_id_fk" FOREIGN KEY ("memory_id") REFERENCES "public"."memories" ("id") ON DELETE CASCADE, CONSTRAINT "embeddings_one_vector_check" CHECK (num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1));
-- create index "embeddings_memory_id_key" to table: "embeddings"
CREATE UNIQUE INDEX "embeddings_memory_id_key" ON "public"."embeddings" ("memory_id");
-- create index "idx_embeddings_dim_1024" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_1024" ON "public"."embeddings" USING HNSW ("dim_1024" vector_cosine_ops) WHERE dim_1024 IS NOT NULL;
-- create index "idx_embeddings_dim_1536" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_1536" ON "public"."embeddings" USING HNSW ("dim_1536" vector_cosine_ops) WHERE dim_1536 IS NOT NULL;
-- create index "idx_embeddings_dim_3072" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_3072" ON "public"."embeddings" USING HNSW ((dim_3072::halfvec(3072)) halfvec_cosine_ops) WHERE dim_3072 IS NOT NULL;
-- create index "idx_embeddings_dim_384" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_384" ON "public"."embeddings" USING HNSW ("dim_384" vector_cosine_ops) WHERE dim_384 IS NOT NULL;
-- create index "idx_embeddings_dim_512" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_512" ON "public"."embeddings" USING HNSW ("dim_512" vector_cosine_ops) WHERE dim_512 IS NOT NULL;
-- create index "idx_embeddings_dim_768" to table: "embeddings"
CREATE INDEX "idx_embeddings_dim_768" ON "public"."embeddings" USING HNSW ("dim_768" vector_cosine_ops) WHERE dim_768 IS NOT NULL;
-- create "logs" table
CREATE TABLE "public"."logs" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "body" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, "entity_id" uuid NOT NULL, "room_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "logs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "logs_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "logs_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE);
-- create index "idx_logs_agent_type_created" to table: "logs"
CREATE INDEX "idx_logs_agent_type_created" ON "public"."logs" ("agent_id", "type", "created_at" DESC);
-- create index "idx_logs_room_type_created" to table: "logs"
CREATE INDEX "idx_logs_room_type_created" ON "public"."logs" ("room_id", "type", "created_at" DESC);
-- create index "idx_logs_entity_created" to table: "logs"
CREATE INDEX "idx_logs_entity_created" ON "public"."logs" ("entity_id", "created_at" DESC);
-- create index "idx_logs_created" to table: "logs"
CREATE INDEX "idx_logs_created" ON "public"."logs" USING BRIN ("created_at");
-- create index "idx_logs_run_id" to table: "logs"
CREATE INDEX "idx_logs_run_id" ON "public"."logs" ((body ->> 'runId'), "type") WHERE body ->> 'runId' IS NOT NULL;
-- create "message_server_agents" table
CREATE TABLE "public"."message_server_agents" ("created_at" timestamptz NOT NULL DEFAULT now(), "message_server_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("message_server_id", "agent_id"), CONSTRAINT "message_server_agents_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE, CONSTRAINT "message_server_agents_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "idx_message_server_agents_agent" to table: "message_server_agents"
CREATE INDEX "idx_message_server_agents_agent" ON "public"."message_server_agents" ("agent_id");
-- create "messages" table
CREATE TABLE "public"."messages" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "author_id" uuid NOT NULL, "content" text NOT NULL, "raw_message" jsonb NULL, "source_type" text NULL, "source_id" text NULL, "metadata" jsonb NULL, "channel_id" uuid NOT NULL, "in_reply_to_root_message_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "messages_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE, CONSTRAINT "messages_in_reply_to_root_message_id_messages_id_fk" FOREIGN KEY ("in_reply_to_root_message_id") REFERENCES "public"."messages" ("id") ON DELETE SET NULL);
-- create index "idx_messages_channel_created" to table: "messages"
CREATE INDEX "idx_messages_channel_created" ON "public"."messages" ("channel_id", "created_at" DESC, "id" DESC);
-- create index "idx_messages_author" to table: "messages"
CREATE INDEX "idx_messages_author" ON "public"."messages" ("author_id");
-- create index "idx_messages_in_reply_to_root" to table: "messages"
CREATE INDEX "idx_messages_in_reply_to_root" ON "public"."messages" ("in_reply_to_root_message_id");
-- create "participants" table
CREATE TABLE "public"."participants" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "room_state" text NULL, "entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "participants_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "participants_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE, CONSTRAINT "participants_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "participants_room_state_check" CHECK (room_state IN ('FOLLOWED', 'MUTED')));
-- create index "participants_room_entity_agent_key" to table: "participants"
CREATE UNIQUE INDEX "participants_room_entity_agent_key" ON "public"."participants" ("room_id", "entity_id", "agent_id");
-- create index "idx_participants_user" to table: "participants"
CREATE INDEX "idx_participants_user" ON "public"."participants" ("entity_id");
-- create index "idx_participants_agent" to table: "participants"
CREATE INDEX "idx_participants_agent" ON "public"."participants" ("agent_id");
-- create "relationships" table
CREATE TABLE "public"."relationships" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "tags" text[] NULL DEFAULT '{}', "metadata" jsonb NULL, "source_entity_id" uuid NOT NULL, "target_entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "relationships_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "relationships_target_entity_id_entities_id_fk" FOREIGN KEY ("target_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "relationships_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "unique_relationship" to table: "relationships"
CREATE UNIQUE INDEX "unique_relationship" ON "public"."relationships" ("source_entity_id", "target_entity_id", "agent_id");
-- create index "idx_relationships_target" to table: "relationships"
CREATE INDEX "idx_relationships_target" ON "public"."relationships" ("target_entity_id");
-- create index "idx_relationships_agent" to table: "relationships"
CREATE INDEX "idx_relationships_agent" ON "public"."relationships" ("agent_id");
-- create "tasks" table
CREATE TABLE "public"."tasks" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "description" text NULL, "tags" text[] NOT NULL DEFAULT '{}', "metadata" jsonb NOT NULL DEFAULT '{}', "room_id" uuid NULL, "world_id" uuid NULL, "entity_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "tasks_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE, CONSTRAINT "tasks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE);
-- create index "idx_tasks_agent_name" to table: "tasks"
CREATE INDEX "idx_tasks_agent_name" ON "public"."tasks" ("agent_id", "name");
-- create index "idx_tasks_room" to table: "tasks"
CREATE INDEX "idx_tasks_room" ON "public"."tasks" ("room_id");
-- create index "idx_tasks_world" to table: "tasks"
CREATE INDEX "idx_tasks_world" ON "public"."tasks" ("world_id");
-- create index "idx_tasks_entity" to table: "tasks"
CREATE INDEX "idx_tasks_entity" ON "public"."tasks" ("entity_id");
-- create index "idx_tasks_tags" to table: "tasks"
CREATE INDEX "idx_tasks_tags" ON "public"."tasks" USING GIN ("tags");
