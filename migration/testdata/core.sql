-- create the extension vector
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;
-- create table public.agents
CREATE TABLE "public"."agents" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "enabled" boolean NOT NULL DEFAULT true, "server_id" uuid NULL, "name" text NOT NULL, "username" text NULL, "system" text NULL DEFAULT '', "bio" jsonb NULL DEFAULT '[]', "message_examples" jsonb NOT NULL DEFAULT '[]', "post_examples" jsonb NOT NULL DEFAULT '[]', "topics" jsonb NOT NULL DEFAULT '[]', "adjectives" jsonb NOT NULL DEFAULT '[]', "knowledge" jsonb NOT NULL DEFAULT '[]', "plugins" jsonb NOT NULL DEFAULT '[]', "settings" jsonb NOT NULL DEFAULT '{}', "style" jsonb NOT NULL DEFAULT '{}', "embedding_dimension" integer NULL, "embedding_target" integer NULL, "embedding_target_model" text NULL, "text_config" text NOT NULL DEFAULT 'english', PRIMARY KEY ("id"), CONSTRAINT "agents_embedding_dimension_check" CHECK (embedding_dimension IN (384, 512, 768, 1024, 1536, 3072)), CONSTRAINT "agents_embedding_target_check" CHECK (embedding_target IN (384, 512, 768, 1024, 1536, 3072) AND embedding_target <> embedding_dimension), CONSTRAINT "agents_text_config_check" CHECK (text_config IN ('simple', 'arabic', 'armenian', 'basque', 'catalan', 'danish', 'dutch', 'english', 'finnish', 'french', 'german', 'greek', 'hindi', 'hungarian', 'indonesian', 'irish', 'italian', 'lithuanian', 'nepali', 'norwegian', 'portuguese', 'romanian', 'russian', 'serbian', 'spanish', 'swedish', 'tamil', 'turkish', 'yiddish')));
-- create table public.cache
CREATE TABLE "public"."cache" ("created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "key" text NOT NULL, "value" jsonb NOT NULL, "expires_at" timestamptz NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("key", "agent_id"));
-- create table public.channel_participants
CREATE TABLE "public"."channel_participants" ("entity_id" uuid NOT NULL, "created_at" timestamptz NOT NULL DEFAULT now(), "channel_id" uuid NOT NULL, PRIMARY KEY ("channel_id", "entity_id"));
-- create table public.channels
CREATE TABLE "public"."channels" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "type" text NOT NULL, "source_type" text NULL, "source_id" text NULL, "topic" text NULL, "metadata" jsonb NULL, "message_server_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "channels_type_check" CHECK (type IN ('SELF', 'DM', 'GROUP', 'VOICE_DM', 'VOICE_GROUP', 'FEED', 'THREAD', 'WORLD', 'FORUM', 'API')));
-- create table public.components
CREATE TABLE "public"."components" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "data" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, "world_id" uuid NULL, "source_entity_id" uuid NULL, "entity_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- create table public.embeddings
CREATE TABLE "public"."embeddings" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "sketch" halfvec NULL GENERATED ALWAYS AS (CASE WHEN num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1 THEN subvector(l2_normalize(COALESCE(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072)), 1, vector_dims(COALESCE(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072)) / 6)::halfvec END) STORED, "agent_id" uuid NOT NULL, "indexed" boolean NOT NULL DEFAULT false, "type" text NOT NULL, "dim_384" vector(384) NULL, "dim_512" vector(512) NULL, "dim_768" vector(768) NULL, "dim_1024" vector(1024) NULL, "dim_1536" vector(1536) NULL, "dim_3072" vector(3072) NULL, "half" halfvec NULL GENERATED ALWAYS AS (CASE WHEN num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) = 1 THEN l2_normalize(COALESCE(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072))::halfvec END) STORED, "entity_id" uuid NULL, "room_id" uuid NULL, "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "world_id" uuid NULL, "memory_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "embeddings_one_vector_check" CHECK (num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) IN (1, 2)));
-- set column storage public.embeddings.sketch
ALTER TABLE "public"."embeddings" ALTER COLUMN "sketch" SET STORAGE PLAIN;
-- set column storage public.embeddings.half
ALTER TABLE "public"."embeddings" ALTER COLUMN "half" SET STORAGE PLAIN;
-- create table public.entities
CREATE TABLE "public"."entities" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "names" text[] NOT NULL DEFAULT '{}', "metadata" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- create table public.logs
CREATE TABLE "public"."logs" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "body" jsonb NOT NULL DEFAULT '{}', "agent_id" uuid NOT NULL, "entity_id" uuid NOT NULL, "room_id" uuid NULL, PRIMARY KEY ("id"));
-- create table public.memories
CREATE TABLE "public"."memories" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "type" text NOT NULL, "content" jsonb NOT NULL, "unique" boolean NOT NULL DEFAULT true, "metadata" jsonb NOT NULL DEFAULT '{}', "text_config" text NOT NULL DEFAULT 'english', "entity_id" uuid NULL, "agent_id" uuid NOT NULL, "room_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "document_metadata_check" CHECK (CASE WHEN metadata ->> 'type' = 'document' THEN metadata ? 'timestamp' ELSE true END), CONSTRAINT "fragment_metadata_check" CHECK (CASE WHEN metadata ->> 'type' = 'fragment' THEN metadata ? 'documentId' AND metadata ? 'position' ELSE true END));
-- create table public.message_server_agents
CREATE TABLE "public"."message_server_agents" ("created_at" timestamptz NOT NULL DEFAULT now(), "message_server_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("message_server_id", "agent_id"));
-- create table public.message_servers
CREATE TABLE "public"."message_servers" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "source_type" text NOT NULL, "source_id" text NULL, "metadata" jsonb NULL, PRIMARY KEY ("id"));
-- create table public.messages
CREATE TABLE "public"."messages" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "author_id" uuid NOT NULL, "content" text NOT NULL, "raw_message" jsonb NULL, "source_type" text NULL, "source_id" text NULL, "metadata" jsonb NULL, "channel_id" uuid NOT NULL, "in_reply_to_root_message_id" uuid NULL, PRIMARY KEY ("id"));
-- create table public.participants
CREATE TABLE "public"."participants" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "room_state" text NULL, "entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, "room_id" uuid NOT NULL, PRIMARY KEY ("id"), CONSTRAINT "participants_room_state_check" CHECK (room_state IN ('FOLLOWED', 'MUTED')));
-- create table public.relationships
CREATE TABLE "public"."relationships" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "tags" text[] NULL DEFAULT '{}', "metadata" jsonb NULL, "source_entity_id" uuid NOT NULL, "target_entity_id" uuid NOT NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- create table public.rooms
CREATE TABLE "public"."rooms" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "source" text NOT NULL, "type" text NOT NULL, "message_server_id" uuid NULL, "name" text NULL, "metadata" jsonb NULL, "channel_id" text NULL, "agent_id" uuid NULL, "world_id" uuid NULL, PRIMARY KEY ("id"), CONSTRAINT "rooms_type_check" CHECK (type IN ('SELF', 'DM', 'GROUP', 'VOICE_DM', 'VOICE_GROUP', 'FEED', 'THREAD', 'WORLD', 'FORUM', 'API')));
-- create table public.tasks
CREATE TABLE "public"."tasks" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "description" text NULL, "tags" text[] NOT NULL DEFAULT '{}', "metadata" jsonb NOT NULL DEFAULT '{}', "room_id" uuid NULL, "world_id" uuid NULL, "entity_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- create table public.worlds
CREATE TABLE "public"."worlds" ("id" uuid NOT NULL DEFAULT gen_random_uuid(), "created_at" timestamptz NOT NULL DEFAULT now(), "updated_at" timestamptz NOT NULL DEFAULT now(), "name" text NOT NULL, "metadata" jsonb NULL, "message_server_id" uuid NULL, "agent_id" uuid NOT NULL, PRIMARY KEY ("id"));
-- create index public.cache.idx_cache_agent
CREATE INDEX "idx_cache_agent" ON "public"."cache" ("agent_id");
-- create index public.cache.idx_cache_expires
CREATE INDEX "idx_cache_expires" ON "public"."cache" ("expires_at") WHERE expires_at IS NOT NULL;
-- create index public.channel_participants.idx_channel_participants_entity
CREATE INDEX "idx_channel_participants_entity" ON "public"."channel_participants" ("entity_id");
-- create index public.channels.idx_channels_server_created
CREATE INDEX "idx_channels_server_created" ON "public"."channels" ("message_server_id", "created_at", "id");
-- create index public.channels.idx_channels_server_type_name
CREATE INDEX "idx_channels_server_type_name" ON "public"."channels" ("message_server_id", "type", "name");
-- create index public.components.idx_components_agent
CREATE INDEX "idx_components_agent" ON "public"."components" ("agent_id", "created_at", "id");
-- create index public.components.idx_components_entity_type
CREATE INDEX "idx_components_entity_type" ON "public"."components" ("entity_id", "type");
-- create index public.components.idx_components_room
CREATE INDEX "idx_components_room" ON "public"."components" ("room_id");
-- create index public.components.idx_components_source_entity
CREATE INDEX "idx_components_source_entity" ON "public"."components" ("source_entity_id");
-- create index public.components.idx_components_world
CREATE INDEX "idx_components_world" ON "public"."components" ("world_id");
-- create index public.embeddings.embeddings_memory_id_key
CREATE UNIQUE INDEX "embeddings_memory_id_key" ON "public"."embeddings" ("memory_id");
-- create index public.embeddings.idx_embeddings_agent_type_created
CREATE INDEX "idx_embeddings_agent_type_created" ON "public"."embeddings" ("agent_id", "type", "created_at");
-- create index public.embeddings.idx_embeddings_dim_1024
CREATE INDEX "idx_embeddings_dim_1024" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_1024)::halfvec(1024)) halfvec_cosine_ops) WHERE indexed AND dim_1024 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_dim_1536
CREATE INDEX "idx_embeddings_dim_1536" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_1536)::halfvec(1536)) halfvec_cosine_ops) WHERE indexed AND dim_1536 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_dim_3072
CREATE INDEX "idx_embeddings_dim_3072" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_3072)::halfvec(3072)) halfvec_cosine_ops) WHERE indexed AND dim_3072 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_dim_384
CREATE INDEX "idx_embeddings_dim_384" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_384)::halfvec(384)) halfvec_cosine_ops) WHERE indexed AND dim_384 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_dim_512
CREATE INDEX "idx_embeddings_dim_512" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_512)::halfvec(512)) halfvec_cosine_ops) WHERE indexed AND dim_512 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_dim_768
CREATE INDEX "idx_embeddings_dim_768" ON "public"."embeddings" USING hnsw ((l2_normalize(dim_768)::halfvec(768)) halfvec_cosine_ops) WHERE indexed AND dim_768 IS NOT NULL;
-- create index public.embeddings.idx_embeddings_entity_type_created
CREATE INDEX "idx_embeddings_entity_type_created" ON "public"."embeddings" ("entity_id", "type", "created_at");
-- create index public.embeddings.idx_embeddings_fresh
CREATE INDEX "idx_embeddings_fresh" ON "public"."embeddings" ("agent_id", "type") WHERE NOT indexed;
-- create index public.embeddings.idx_embeddings_room_type_created
CREATE INDEX "idx_embeddings_room_type_created" ON "public"."embeddings" ("room_id", "type", "created_at");
-- create index public.embeddings.idx_embeddings_world_type_created
CREATE INDEX "idx_embeddings_world_type_created" ON "public"."embeddings" ("world_id", "type", "created_at");
-- create index public.entities.idx_entities_agent
CREATE INDEX "idx_entities_agent" ON "public"."entities" ("agent_id", "created_at", "id");
-- create index public.entities.idx_entities_names
CREATE INDEX "idx_entities_names" ON "public"."entities" USING gin ("names");
-- create index public.logs.idx_logs_agent_created
CREATE INDEX "idx_logs_agent_created" ON "public"."logs" ("agent_id", "created_at" DESC, "id" DESC);
-- create index public.logs.idx_logs_agent_type_created
CREATE INDEX "idx_logs_agent_type_created" ON "public"."logs" ("agent_id", "type", "created_at" DESC);
-- create index public.logs.idx_logs_created
CREATE INDEX "idx_logs_created" ON "public"."logs" USING brin ("created_at");
-- create index public.logs.idx_logs_entity_created
CREATE INDEX "idx_logs_entity_created" ON "public"."logs" ("entity_id", "created_at" DESC);
-- create index public.logs.idx_logs_room_created
CREATE INDEX "idx_logs_room_created" ON "public"."logs" ("room_id", "created_at" DESC, "id" DESC);
-- create index public.logs.idx_logs_room_type_created
CREATE INDEX "idx_logs_room_type_created" ON "public"."logs" ("room_id", "type", "created_at" DESC);
-- create index public.logs.idx_logs_run_id
CREATE INDEX "idx_logs_run_id" ON "public"."logs" ((body ->> 'runId'), "type") WHERE body ->> 'runId' IS NOT NULL;
-- create index public.memories.idx_memories_agent_type_created
CREATE INDEX "idx_memories_agent_type_created" ON "public"."memories" ("agent_id", "type", "created_at" DESC, "id" DESC);
-- create index public.memories.idx_memories_entity_type_created
CREATE INDEX "idx_memories_entity_type_created" ON "public"."memories" ("entity_id", "type", "created_at" DESC, "id" DESC);
-- create index public.memories.idx_memories_fragments
CREATE INDEX "idx_memories_fragments" ON "public"."memories" ((metadata ->> 'documentId'), (metadata -> 'position')) WHERE metadata ->> 'documentId' IS NOT NULL;
-- create index public.memories.idx_memories_metadata
CREATE INDEX "idx_memories_metadata" ON "public"."memories" USING gin ("metadata" jsonb_path_ops);
-- create index public.memories.idx_memories_room_type_created
CREATE INDEX "idx_memories_room_type_created" ON "public"."memories" ("room_id", "type", "created_at" DESC, "id" DESC);
-- create index public.memories.idx_memories_text
CREATE INDEX "idx_memories_text" ON "public"."memories" USING gin ((CASE text_config WHEN 'simple' THEN to_tsvector('pg_catalog.simple'::regconfig, content ->> 'text') WHEN 'arabic' THEN to_tsvector('pg_catalog.arabic'::regconfig, content ->> 'text') WHEN 'armenian' THEN to_tsvector('pg_catalog.armenian'::regconfig, content ->> 'text') WHEN 'basque' THEN to_tsvector('pg_catalog.basque'::regconfig, content ->> 'text') WHEN 'catalan' THEN to_tsvector('pg_catalog.catalan'::regconfig, content ->> 'text') WHEN 'danish' THEN to_tsvector('pg_catalog.danish'::regconfig, content ->> 'text') WHEN 'dutch' THEN to_tsvector('pg_catalog.dutch'::regconfig, content ->> 'text') WHEN 'english' THEN to_tsvector('pg_catalog.english'::regconfig, content ->> 'text') WHEN 'finnish' THEN to_tsvector('pg_catalog.finnish'::regconfig, content ->> 'text') WHEN 'french' THEN to_tsvector('pg_catalog.french'::regconfig, content ->> 'text') WHEN 'german' THEN to_tsvector('pg_catalog.german'::regconfig, content ->> 'text') WHEN 'greek' THEN to_tsvector('pg_catalog.greek'::regconfig, content ->> 'text') WHEN 'hindi' THEN to_tsvector('pg_catalog.hindi'::regconfig, content ->> 'text') WHEN 'hungarian' THEN to_tsvector('pg_catalog.hungarian'::regconfig, content ->> 'text') WHEN 'indonesian' THEN to_tsvector('pg_catalog.indonesian'::regconfig, content ->> 'text') WHEN 'irish' THEN to_tsvector('pg_catalog.irish'::regconfig, content ->> 'text') WHEN 'italian' THEN to_tsvector('pg_catalog.italian'::regconfig, content ->> 'text') WHEN 'lithuanian' THEN to_tsvector('pg_catalog.lithuanian'::regconfig, content ->> 'text') WHEN 'nepali' THEN to_tsvector('pg_catalog.nepali'::regconfig, content ->> 'text') WHEN 'norwegian' THEN to_tsvector('pg_catalog.norwegian'::regconfig, content ->> 'text') WHEN 'portuguese' THEN to_tsvector('pg_catalog.portuguese'::regconfig, content ->> 'text') WHEN 'romanian' THEN to_tsvector('pg_catalog.romanian'::regconfig, content ->> 'text') WHEN 'russian' THEN to_tsvector('pg_catalog.russian'::regconfig, content ->> 'text') WHEN 'serbian' THEN to_tsvector('pg_catalog.serbian'::regconfig, content ->> 'text') WHEN 'spanish' THEN to_tsvector('pg_catalog.spanish'::regconfig, content ->> 'text') WHEN 'swedish' THEN to_tsvector('pg_catalog.swedish'::regconfig, content ->> 'text') WHEN 'tamil' THEN to_tsvector('pg_catalog.tamil'::regconfig, content ->> 'text') WHEN 'turkish' THEN to_tsvector('pg_catalog.turkish'::regconfig, content ->> 'text') WHEN 'yiddish' THEN to_tsvector('pg_catalog.yiddish'::regconfig, content ->> 'text') END));
-- create index public.memories.idx_memories_world_type_created
CREATE INDEX "idx_memories_world_type_created" ON "public"."memories" ("world_id", "type", "created_at" DESC, "id" DESC);
-- create index public.message_server_agents.idx_message_server_agents_agent
CREATE INDEX "idx_message_server_agents_agent" ON "public"."message_server_agents" ("agent_id");
-- create index public.messages.idx_messages_author
CREATE INDEX "idx_messages_author" ON "public"."messages" ("author_id");
-- create index public.messages.idx_messages_channel_created
CREATE INDEX "idx_messages_channel_created" ON "public"."messages" ("channel_id", "created_at" DESC, "id" DESC);
-- create index public.messages.idx_messages_in_reply_to_root
CREATE INDEX "idx_messages_in_reply_to_root" ON "public"."messages" ("in_reply_to_root_message_id");
-- create index public.participants.idx_participants_agent
CREATE INDEX "idx_participants_agent" ON "public"."participants" ("agent_id");
-- create index public.participants.idx_participants_user
CREATE INDEX "idx_participants_user" ON "public"."participants" ("entity_id");
-- create index public.participants.participants_room_entity_agent_key
CREATE UNIQUE INDEX "participants_room_entity_agent_key" ON "public"."participants" ("room_id", "entity_id", "agent_id");
-- create index public.relationships.idx_relationships_agent
CREATE INDEX "idx_relationships_agent" ON "public"."relationships" ("agent_id");
-- create index public.relationships.idx_relationships_target
CREATE INDEX "idx_relationships_target" ON "public"."relationships" ("target_entity_id");
-- create index public.relationships.unique_relationship
CREATE UNIQUE INDEX "unique_relationship" ON "public"."relationships" ("source_entity_id", "target_entity_id", "agent_id");
-- create index public.rooms.idx_rooms_agent
CREATE INDEX "idx_rooms_agent" ON "public"."rooms" ("agent_id", "created_at", "id");
-- create index public.rooms.idx_rooms_channel
CREATE INDEX "idx_rooms_channel" ON "public"."rooms" ("channel_id");
-- create index public.rooms.idx_rooms_message_server
CREATE INDEX "idx_rooms_message_server" ON "public"."rooms" ("message_server_id");
-- create index public.rooms.idx_rooms_world
CREATE INDEX "idx_rooms_world" ON "public"."rooms" ("world_id", "created_at", "id");
-- create index public.tasks.idx_tasks_agent_created
CREATE INDEX "idx_tasks_agent_created" ON "public"."tasks" ("agent_id", "created_at", "id");
-- create index public.tasks.idx_tasks_agent_name
CREATE INDEX "idx_tasks_agent_name" ON "public"."tasks" ("agent_id", "name");
-- create index public.tasks.idx_tasks_entity
CREATE INDEX "idx_tasks_entity" ON "public"."tasks" ("entity_id");
-- create index public.tasks.idx_tasks_room
CREATE INDEX "idx_tasks_room" ON "public"."tasks" ("room_id");
-- create index public.tasks.idx_tasks_tags
CREATE INDEX "idx_tasks_tags" ON "public"."tasks" USING gin ("tags");
-- create index public.tasks.idx_tasks_world
CREATE INDEX "idx_tasks_world" ON "public"."tasks" ("world_id");
-- create index public.worlds.idx_worlds_agent
CREATE INDEX "idx_worlds_agent" ON "public"."worlds" ("agent_id", "created_at", "id");
-- create index public.worlds.idx_worlds_message_server
CREATE INDEX "idx_worlds_message_server" ON "public"."worlds" ("message_server_id");
-- create constraint public.cache.cache_agent_id_agents_id_fk
ALTER TABLE "public"."cache" ADD CONSTRAINT "cache_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.channel_participants.channel_participants_channel_id_channels_id_fk
ALTER TABLE "public"."channel_participants" ADD CONSTRAINT "channel_participants_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE;
-- create constraint public.channels.channels_message_server_id_message_servers_id_fk
ALTER TABLE "public"."channels" ADD CONSTRAINT "channels_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE;
-- create constraint public.components.components_agent_id_agents_id_fk
ALTER TABLE "public"."components" ADD CONSTRAINT "components_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.components.components_entity_id_entities_id_fk
ALTER TABLE "public"."components" ADD CONSTRAINT "components_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.components.components_room_id_rooms_id_fk
ALTER TABLE "public"."components" ADD CONSTRAINT "components_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE;
-- create constraint public.components.components_source_entity_id_entities_id_fk
ALTER TABLE "public"."components" ADD CONSTRAINT "components_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.components.components_world_id_worlds_id_fk
ALTER TABLE "public"."components" ADD CONSTRAINT "components_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE;
-- create constraint public.embeddings.embeddings_memory_id_memories_id_fk
ALTER TABLE "public"."embeddings" ADD CONSTRAINT "embeddings_memory_id_memories_id_fk" FOREIGN KEY ("memory_id") REFERENCES "public"."memories" ("id") ON DELETE CASCADE;
-- create constraint public.embeddings.embeddings_world_id_worlds_id_fk
ALTER TABLE "public"."embeddings" ADD CONSTRAINT "embeddings_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL;
-- create constraint public.entities.entities_agent_id_agents_id_fk
ALTER TABLE "public"."entities" ADD CONSTRAINT "entities_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.logs.logs_agent_id_agents_id_fk
ALTER TABLE "public"."logs" ADD CONSTRAINT "logs_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.logs.logs_entity_id_entities_id_fk
ALTER TABLE "public"."logs" ADD CONSTRAINT "logs_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.logs.logs_room_id_rooms_id_fk
ALTER TABLE "public"."logs" ADD CONSTRAINT "logs_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE;
-- create constraint public.memories.memories_agent_id_agents_id_fk
ALTER TABLE "public"."memories" ADD CONSTRAINT "memories_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.memories.memories_entity_id_entities_id_fk
ALTER TABLE "public"."memories" ADD CONSTRAINT "memories_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.memories.memories_room_id_rooms_id_fk
ALTER TABLE "public"."memories" ADD CONSTRAINT "memories_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE;
-- create constraint public.memories.memories_world_id_worlds_id_fk
ALTER TABLE "public"."memories" ADD CONSTRAINT "memories_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL;
-- create constraint public.message_server_agents.message_server_agents_agent_id_agents_id_fk
ALTER TABLE "public"."message_server_agents" ADD CONSTRAINT "message_server_agents_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.message_server_agents.message_server_agents_message_server_id_message_servers_id_fk
ALTER TABLE "public"."message_server_agents" ADD CONSTRAINT "message_server_agents_message_server_id_message_servers_id_fk" FOREIGN KEY ("message_server_id") REFERENCES "public"."message_servers" ("id") ON DELETE CASCADE;
-- create constraint public.messages.messages_channel_id_channels_id_fk
ALTER TABLE "public"."messages" ADD CONSTRAINT "messages_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels" ("id") ON DELETE CASCADE;
-- create constraint public.messages.messages_in_reply_to_root_message_id_messages_id_fk
ALTER TABLE "public"."messages" ADD CONSTRAINT "messages_in_reply_to_root_message_id_messages_id_fk" FOREIGN KEY ("in_reply_to_root_message_id") REFERENCES "public"."messages" ("id") ON DELETE SET NULL;
-- create constraint public.participants.participants_agent_id_agents_id_fk
ALTER TABLE "public"."participants" ADD CONSTRAINT "participants_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.participants.participants_entity_id_entities_id_fk
ALTER TABLE "public"."participants" ADD CONSTRAINT "participants_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.participants.participants_room_id_rooms_id_fk
ALTER TABLE "public"."participants" ADD CONSTRAINT "participants_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE;
-- create constraint public.relationships.relationships_agent_id_agents_id_fk
ALTER TABLE "public"."relationships" ADD CONSTRAINT "relationships_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.relationships.relationships_source_entity_id_entities_id_fk
ALTER TABLE "public"."relationships" ADD CONSTRAINT "relationships_source_entity_id_entities_id_fk" FOREIGN KEY ("source_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.relationships.relationships_target_entity_id_entities_id_fk
ALTER TABLE "public"."relationships" ADD CONSTRAINT "relationships_target_entity_id_entities_id_fk" FOREIGN KEY ("target_entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.rooms.rooms_agent_id_agents_id_fk
ALTER TABLE "public"."rooms" ADD CONSTRAINT "rooms_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.rooms.rooms_world_id_worlds_id_fk
ALTER TABLE "public"."rooms" ADD CONSTRAINT "rooms_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE SET NULL;
-- create constraint public.tasks.tasks_agent_id_agents_id_fk
ALTER TABLE "public"."tasks" ADD CONSTRAINT "tasks_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
-- create constraint public.tasks.tasks_entity_id_entities_id_fk
ALTER TABLE "public"."tasks" ADD CONSTRAINT "tasks_entity_id_entities_id_fk" FOREIGN KEY ("entity_id") REFERENCES "public"."entities" ("id") ON DELETE CASCADE;
-- create constraint public.tasks.tasks_room_id_rooms_id_fk
ALTER TABLE "public"."tasks" ADD CONSTRAINT "tasks_room_id_rooms_id_fk" FOREIGN KEY ("room_id") REFERENCES "public"."rooms" ("id") ON DELETE CASCADE;
-- create constraint public.tasks.tasks_world_id_worlds_id_fk
ALTER TABLE "public"."tasks" ADD CONSTRAINT "tasks_world_id_worlds_id_fk" FOREIGN KEY ("world_id") REFERENCES "public"."worlds" ("id") ON DELETE CASCADE;
-- create constraint public.worlds.worlds_agent_id_agents_id_fk
ALTER TABLE "public"."worlds" ADD CONSTRAINT "worlds_agent_id_agents_id_fk" FOREIGN KEY ("agent_id") REFERENCES "public"."agents" ("id") ON DELETE CASCADE;
