package magics

// Standard returns the magics, in the order in which they are listed.
func Standard() []Magic {
	return []Magic{
		datasetMagic, sqlMagic, train, runsMagic, modelsMagic, compareMagic, explainMagic, lineageMagic,
		verifyMagic, gcMagic, backupMagic, exportMagic,
		lsmagic, helpMagic,
		timeMagic, timeit, who, history, deps, stale, rerun,
		nativeMagic, get,
		sh, bash, writefile, envMagic, cd, pwd,
	}
}
