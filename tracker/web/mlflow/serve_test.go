package mlflow_test

import (
	"net/http"
	"os"
	"testing"

	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/web/mlflow"
)

func TestServe(t *testing.T) {
	at := os.Getenv("SERVE")
	if at == "" {
		t.Skip()
	}
	s, err := sqlite.Open(t.Context(), os.Getenv("SERVE_DB"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Fatal(http.ListenAndServe(at, mlflow.Handler(s, mlflow.Options{})))
}
