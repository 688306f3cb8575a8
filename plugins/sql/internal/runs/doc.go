// Package runs stores the runs of agents: core.RunStore on the tables
// agent_runs, agent_run_steps and agent_run_events.
//
//	StartRun ──> queued ──ClaimRun──> running ──FinishRun──> completed, error,
//	   │           ^                  │  │  ^                cancelled
//	   │           ├──GiveBackRuns────┘  │  └──ClaimRun, after the lease
//	   │           └──DecideCall──waiting <──WaitRun
//	   └──> running, if the room has no other run
//
// A process has a run while attempt, which every claim raises, is the one of its
// claim. Each write of it is one statement that reads the run under that fence
// and locks it against a claim, so that a process which was stopped for longer
// than its lease writes nothing when it goes on.
package runs
