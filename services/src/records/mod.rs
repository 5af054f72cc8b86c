//! Customers and items: what members and machines read and change of them.

mod edit;
