"""The soak: two routers under steady load while models, store, routers and configuration give trouble."""
