module github.com/cellar-ml/cellar

go 1.26.0

require (
	github.com/apache/arrow/go/v17 v17.0.0
	github.com/aymanbagabas/go-udiff v0.4.1
	github.com/dop251/goja v0.0.0-20260917113740-793a2a65c13b
	github.com/go-echarts/go-echarts/v2 v2.6.7
	github.com/go-zeromq/zmq4 v0.17.0
	github.com/gomlx/gomlx v0.26.0
	github.com/google/go-cmp v0.7.0
	github.com/mattn/go-sqlite3 v1.14.53
	github.com/rogpeppe/go-internal v1.16.0
	github.com/spf13/cobra v1.10.2
	github.com/traefik/yaegi v0.16.1
	golang.org/x/tools v0.52.0
	gonum.org/v1/gonum v0.17.0
)

require (
	github.com/JohnCGriffin/overflow v0.0.0-20211019200055-46fa312c352c
	github.com/andybalholm/brotli v1.1.0
	github.com/apache/thrift v0.20.0
	github.com/dlclark/regexp2/v2 v2.5.2
	github.com/dustin/go-humanize v1.0.1
	github.com/ebitengine/purego v0.11.3
	github.com/go-logr/logr v1.4.3
	github.com/go-sourcemap/sourcemap v2.1.3+incompatible
	github.com/go-zeromq/goczmq/v4 v4.2.2
	github.com/goccy/go-json v0.10.3
	github.com/golang/snappy v0.0.4
	github.com/gomlx/go-xla v0.1.4
	github.com/google/flatbuffers v24.3.25+incompatible
	github.com/google/pprof v0.0.0-20230207041349-798e818bf904
	github.com/inconshreveable/mousetrap v1.1.0
	github.com/klauspost/asmfmt v1.3.2
	github.com/klauspost/compress v1.17.9
	github.com/klauspost/cpuid/v2 v2.2.8
	github.com/minio/asm2plan9s v0.0.0-20200509001527-cdd76441f9d8
	github.com/minio/c2goasm v0.0.0-20190812172519-36a3d3bbc4f3
	github.com/pierrec/lz4/v4 v4.1.21
	github.com/pkg/errors v0.9.1
	github.com/rivo/uniseg v0.4.7
	github.com/shirou/gopsutil/v4 v4.26.10
	github.com/spf13/pflag v1.0.9
	github.com/x448/float16 v0.8.4
	github.com/zeebo/xxh3 v1.0.2
	go.yaml.in/yaml/v4 v4.0.0
	golang.org/x/exp v0.0.0-20250819193227-8b4c13bb791b
	golang.org/x/mod v0.42.0
	golang.org/x/net v0.61.0
	golang.org/x/sync v0.24.0
	golang.org/x/sys v0.49.0
	golang.org/x/telemetry v0.0.0-20261009151841-97e8ea77aa2a
	golang.org/x/term v0.47.0
	golang.org/x/text v0.43.0
	golang.org/x/xerrors v0.0.0-20231012003039-104605ab7028
	google.golang.org/genproto/googleapis/rpc v0.0.0-20240227224415-6ceb2ff114de
	google.golang.org/grpc v1.63.2
	google.golang.org/protobuf v1.36.10
	k8s.io/klog/v2 v2.130.1
)

require (
	github.com/google/uuid v1.6.0 // indirect
	github.com/tklauser/go-sysconf v0.4.0 // indirect
	github.com/tklauser/numcpus v0.12.0 // indirect
)
