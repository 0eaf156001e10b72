package mlflow

import "context"

// endpoints are all there are.
var endpoints = []endpoint{
	on("POST", "mlflow/experiments/create", (*server).createExperiment),
	on("GET", "mlflow/experiments/get", (*server).readExperiment),
	on("GET", "mlflow/experiments/get-by-name", (*server).readExperimentByName),
	on("GET", "mlflow/experiments/search", (*server).searchExperiments),
	on("POST", "mlflow/experiments/search", (*server).searchExperiments),
	on("GET", "mlflow/experiments/list", (*server).searchExperiments),
	on("POST", "mlflow/experiments/update", (*server).updateExperiment),
	on("POST", "mlflow/experiments/delete", (*server).deleteExperiment),
	on("POST", "mlflow/experiments/restore", (*server).restoreExperiment),
	on("POST", "mlflow/experiments/set-experiment-tag", (*server).setExperimentTag),
	on("POST", "mlflow/experiments/delete-experiment-tag", (*server).deleteExperimentTag),
	on("POST", "mlflow/experiments/search-datasets", (*server).searchDatasets),

	on("POST", "mlflow/runs/create", (*server).createRun),
	on("GET", "mlflow/runs/get", (*server).readRun),
	on("POST", "mlflow/runs/update", (*server).updateRun),
	on("POST", "mlflow/runs/delete", (*server).deleteRun),
	on("POST", "mlflow/runs/restore", (*server).restoreRun),
	on("POST", "mlflow/runs/search", (*server).searchRuns),
	on("POST", "mlflow/runs/log-metric", (*server).logMetric),
	on("POST", "mlflow/runs/log-batch", (*server).logBatch),
	on("POST", "mlflow/runs/log-parameter", (*server).logParam),
	on("POST", "mlflow/runs/set-tag", (*server).setTag),
	on("POST", "mlflow/runs/delete-tag", (*server).deleteTag),
	on("POST", "mlflow/runs/log-model", (*server).logModel),
	on("POST", "mlflow/runs/log-inputs", (*server).logInputs),
	on("POST", "mlflow/runs/outputs", (*server).logOutputs),

	on("GET", "mlflow/metrics/get-history", (*server).history),
	on("GET", "mlflow/metrics/get-history-bulk", (*server).historyBulk),
	on("GET", "mlflow/metrics/get-history-bulk-interval", (*server).historyInterval),

	on("POST", "mlflow/logged-models", (*server).createLoggedModel),
	on("POST", "mlflow/logged-models/search", (*server).searchLoggedModels),
	on("GET", "mlflow/logged-models/{model_id}", (*server).readLoggedModel),
	on("PATCH", "mlflow/logged-models/{model_id}", (*server).finalizeLoggedModel),
	on("DELETE", "mlflow/logged-models/{model_id}", (*server).deleteLoggedModel),
	on("POST", "mlflow/logged-models/{model_id}/params", (*server).logModelParams),
	on("PATCH", "mlflow/logged-models/{model_id}/tags", (*server).setModelTags),
	on("DELETE", "mlflow/logged-models/{model_id}/tags/{tag_key}", (*server).deleteModelTag),
	on("GET", "mlflow/logged-models/{model_id}/artifacts/directories", (*server).listModelArtifacts),

	on("POST", "mlflow/registered-models/create", (*server).createRegistered),
	on("GET", "mlflow/registered-models/get", (*server).readRegistered),
	on("POST", "mlflow/registered-models/rename", (*server).renameRegistered),
	on("PATCH", "mlflow/registered-models/update", (*server).updateRegistered),
	on("DELETE", "mlflow/registered-models/delete", (*server).deleteRegistered),
	on("GET", "mlflow/registered-models/search", (*server).searchRegistered),
	on("GET", "mlflow/registered-models/get-latest-versions", (*server).latestVersions),
	on("POST", "mlflow/registered-models/get-latest-versions", (*server).latestVersions),
	on("POST", "mlflow/registered-models/set-tag", (*server).setRegisteredTag),
	on("DELETE", "mlflow/registered-models/delete-tag", (*server).deleteRegisteredTag),
	on("POST", "mlflow/registered-models/alias", (*server).setAlias),
	on("DELETE", "mlflow/registered-models/alias", (*server).deleteAlias),
	on("GET", "mlflow/registered-models/alias", (*server).versionByAlias),
	on("POST", "mlflow/model-versions/create", (*server).createVersion),
	on("GET", "mlflow/model-versions/get", (*server).readVersion),
	on("PATCH", "mlflow/model-versions/update", (*server).updateVersion),
	on("DELETE", "mlflow/model-versions/delete", (*server).deleteVersion),
	on("GET", "mlflow/model-versions/search", (*server).searchVersions),
	on("POST", "mlflow/model-versions/transition-stage", (*server).transition),
	on("GET", "mlflow/model-versions/get-download-uri", (*server).downloadURI),
	on("POST", "mlflow/model-versions/set-tag", (*server).setVersionTag),
	on("DELETE", "mlflow/model-versions/delete-tag", (*server).deleteVersionTag),

	on("GET", "mlflow/artifacts/list", (*server).listArtifacts),
	on("GET", "mlflow-artifacts/artifacts", (*server).listFiles),
	{"GET", "mlflow-artifacts/artifacts/{path...}", (*server).download},
	{"PUT", "mlflow-artifacts/artifacts/{path...}", (*server).upload},
	on("DELETE", "mlflow-artifacts/artifacts/{path...}", (*server).removeFiles),
	on("POST", "mlflow-artifacts/mpu/{step}/{path...}", (*server).noMultipart),
	on("GET", "mlflow-artifacts/presigned/{path...}", (*server).noPresigned),
	on("POST", "mlflow/artifacts/presigned-upload-url", (*server).noPresigned),
	on("POST", "mlflow/artifacts/presigned-download-url", (*server).noPresigned),

	on("GET", "mlflow/server-info", (*server).serverInfo),
}

// serverInfo tells a client what it need not try.
func (s *server) serverInfo(context.Context, *none) (any, error) {
	return map[string]any{
		"store_type": "SqlStore", "workspaces_enabled": false, "trace_archival_enabled": false,
		"multipart_uploads_enabled": false, "multipart_downloads_enabled": false, "features_enabled": map[string]bool{"gateway": false},
	}, nil
}
