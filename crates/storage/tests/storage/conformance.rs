//! Every store passes the domain's own suite.

mod memory {
    async fn store() -> std::sync::Arc<dyn firstline_domain::ports::Store> {
        let settings = crate::support::settings();
        let database = firstline_storage::Database::open("memory:", firstline_storage::Purpose::Serve, &settings);
        database.await.unwrap().for_worker()
    }

    firstline_domain::store_conformance!(store());
}

mod sqlite {
    firstline_domain::store_conformance!(crate::support::sqlite_store());
}

mod postgres {
    async fn store() -> std::sync::Arc<dyn firstline_domain::ports::Store> {
        crate::support::Base::postgres().await.database.for_worker()
    }

    firstline_domain::store_conformance!(store());
}
