package search_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker/search"
)

// The forms that MLflow's documentation (search-runs of 2.0 to 3.17) and its
// search_utils.py accept, and what they mean here.
var mlflow = []struct{ filter, want string }{
	{"metrics.accuracy > 0.92", "metrics.accuracy > 0.92"},
	{"metric.accuracy >= 1", "metrics.accuracy >= 1"},
	{"metrics.`f1 score` > 0.5", `metrics."f1 score" > 0.5`},
	{`metrics."2019-04-02 error rate" != 0`, `metrics."2019-04-02 error rate" != 0`},
	{"metrics.error <= 0.05", "metrics.error <= 0.05"},
	{"params.alpha = \"0.3\" and params.lambda = \"0.001\" and metrics.error <= 0.05", `params.alpha = "0.3" and params.lambda = "0.001" and metrics.error <= 0.05`},
	{"params.model = 'CNN' and params.layers = '10' and metrics.`prediction accuracy` >= 0.945", `params.model = "CNN" and params.layers = "10" and metrics."prediction accuracy" >= 0.945`},
	{`params."model-type" = 'x'`, `params.model-type = "x"`},
	{"param.a = 'x' AND parameter.b = 'x' AND parameters.c != 'x'", `params.a = "x" and params.b = "x" and params.c != "x"`},
	{"params.model LIKE 'GPT%'", `params.model like "GPT%"`},
	{"params.model ILIKE 'gPt%'", `params.model ilike "gPt%"`},
	{"params.batch_size IS NULL and tags.task IS NOT NULL", "params.batch_size is null and tags.task is not null"},
	{"tags.`mlflow.user` = 'someone'", `tags.mlflow.user = "someone"`},
	{"attributes.user_id = 'someone'", `tags.mlflow.user = "someone"`},
	{`tags."mlflow.parentRunId" = 'a1'`, `tags.mlflow.parentRunId = "a1"`},
	{"tag.type ILIKE '%Logistic%'", `tags.type ilike "%Logistic%"`},
	{"attributes.status = \"FINISHED\"", `status = "finished"`},
	{"attributes.status = 'ACTIVE'", `status = "active"`},
	{"attribute.status != 'SCHEDULED'", `status != "scheduled"`},
	{"attributes.created > 1670628787527", "start_time > 1.670628787527e+12"},
	{"attributes.Created > 1670628787527", "start_time > 1.670628787527e+12"},
	{"attr.start_time >= 1664067852747", "start_time >= 1.664067852747e+12"},
	{"run.end_time < 1664067852747", "end_time < 1.664067852747e+12"},
	{"attributes.`run_name` IN ('alpha', 'beta', 'gamma')", `run_name in ("alpha", "beta", "gamma")`},
	{"attributes.`run name` IN ('alpha')", `run_name in ("alpha")`},
	{"attributes.`Run name` ILIKE \"%alpha%\"", `run_name ilike "%alpha%"`},
	{"`Run Name` = 'alpha'", `run_name = "alpha"`},
	{"attributes.run_id NOT IN ('a1b2c3d4', 'e5f6g7h8')", `run_id not in ("a1b2c3d4", "e5f6g7h8")`},
	{"run_id = 'a1b2c3d4'", `run_id = "a1b2c3d4"`},
	{"dataset.name = 'custom' and datasets.digest IN ('s8ds293b', 'jks834s2')", `dataset.name = "custom" and dataset.digest in ("s8ds293b", "jks834s2")`},
	{"datasets.context LIKE 'tr%'", `dataset.context like "tr%"`},
	{"metrics.rmse < 0.9 and tags.production = 'true'", `metrics.rmse < 0.9 and tags.production = "true"`},
	{"", ""},
}

// What is not in MLflow's language.
var more = []struct{ filter, want string }{
	{"metrics.auc > 0.9 and params.lr = 0.01 and tags.team = \"x\" and dataset = \"wine@v3\" order by metrics.loss",
		`metrics.auc > 0.9 and params.lr = 0.01 and tags.team = "x" and dataset = "wine@v3" order by metrics.loss`},
	{"a = 1 or b = 2", ""},
	{"name = 'a' or name = 'b' and name = 'c'", `run_name = "a" or run_name = "b" and run_name = "c"`},
	{"not name = 'a' and name = 'b'", `not run_name = "a" and run_name = "b"`},
	{"NOT (name = 'a' AND not name = 'b')", `not (run_name = "a" and not run_name = "b")`},
	{"metrics.validation/loss<-1e-3", "metrics.validation/loss < -0.001"},
	{"metrics.loss < 1E+3 and metrics.loss > -Inf", "metrics.loss < 1000 and metrics.loss > -inf"},
	{"metrics.loss is NaN", "metrics.loss is nan"},
	{"params.lr < '0.05' and params.day < '2026-01-02'", `params.lr < 0.05 and params.day < "2026-01-02"`},
	{"params.lr in (0.1, 'auto')", `params.lr in ("auto") or params.lr in (0.1)`},
	{"params.lr not in (0.1, 'auto')", `params.lr not in ("auto") and params.lr not in (0.1)`},
	{"dataset = 'wine' or dataset in ('beer', 'rum@2')", `dataset.name = "wine" or (dataset.name in ("beer") or dataset in ("rum@v2"))`},
	{"tags.note = 'it''s \"so\"'", `tags.note = "it's ""so"""`},
	{"start_time > '2026-11-25T17:30:00+01:00' and start_time < '2026-11-26'", "start_time > 1.7956242e+12 and start_time < 1.7956512e+12"},
	{"order by metrics.loss desc, params.\"a b\" asc, NAME", `order by metrics.loss desc, params."a b", run_name`},
	{"metrics.é漢 = 1\n\tand kind = 'train'", `metrics.é漢 = 1 and kind = "train"`},
}

func TestParse(t *testing.T) {
	for _, tt := range append(mlflow, more...) {
		q, err := search.Parse(tt.filter)
		if tt.want == "" && tt.filter != "" {
			if err == nil {
				t.Errorf("Parse(%s) = %s, want an error", tt.filter, q)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%s) = %v (hint: %s)", tt.filter, err, hint.Of(err))
			continue
		}
		if got := q.String(); got != tt.want {
			t.Errorf("Parse(%s) = %s, want %s", tt.filter, got, tt.want)
		}
		again, err := search.Parse(q.String())
		if diff := cmp.Diff(q, again); diff != "" || err != nil {
			t.Errorf("Parse(%s) again: %v (-first +again):\n%s", q, err, diff)
		}
	}
}
