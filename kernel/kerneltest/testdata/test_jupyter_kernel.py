"""jupyter_kernel_test against the installed kernelspec. Run by
kerneltest.TestJupyterKernelTest; CELLAR_KERNEL_NAME names the kernelspec."""

import os
import unittest

import jupyter_kernel_test as jkt

NAME = os.environ.get("CELLAR_KERNEL_NAME", "cellar")


class CellarTests(jkt.KernelTests):
    kernel_name = NAME
    language_name = "go"
    file_extension = ".go"

    code_hello_world = 'import "fmt"\nfmt.Println("hello, world")'
    code_stderr = 'import ("fmt"; "os")\nfmt.Fprintln(os.Stderr, "test")'
    completion_samples = [
        {"text": "fmt.Printl", "matches": {"Println"}},
        {"text": "strings.HasPre", "matches": {"HasPrefix"}},
    ]
    complete_code_samples = ["1", 'fmt.Println("hello, world")', "func f(x int) int {\n\treturn x * 2\n}", "%who"]
    incomplete_code_samples = ["func f() {", "for i := 0; i < 3; i++ {", "x := `abc", "fmt.Println(1,"]
    invalid_code_samples = ["f(]", "}"]
    code_page_something = "?fmt.Println"
    code_generate_error = "var p *int\n*p"
    code_execute_result = [
        {"code": "6*7", "result": "42"},
        {"code": '"a" + "b"', "mime": "text/plain"},
        {"code": "1+2+3", "result": "6"},
    ]
    code_display_data = [
        {"code": 'import "github.com/cellar-ml/cellar/display"\ndisplay.Show(display.HTML("<b>x</b>", "x"))', "mime": "text/html"},
    ]
    supported_history_operations = ("tail", "range", "search")
    code_history_pattern = "1?2*"
    code_inspect_sample = "fmt.Println"
    code_clear_output = 'import "github.com/cellar-ml/cellar/display"\ndisplay.Clear(false)'


class CellarIopubWelcomeTests(jkt.IopubWelcomeTests):
    kernel_name = NAME
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
