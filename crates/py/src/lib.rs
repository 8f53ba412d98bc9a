//! `incamera._native`
use pyo3::prelude::*;

#[pymodule]
#[pyo3(name = "_native")]
mod native {
    use pyo3::prelude::*;

    #[pymodule]
    mod node {
        use pyo3::prelude::*;

        #[pyclass(frozen)]
        struct Node;

        #[pymethods]
        impl Node {
            #[new]
            fn new() -> Self {
                Self
            }
        }
    }
}
